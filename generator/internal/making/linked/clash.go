package linked

import "google.golang.org/protobuf/types/descriptorpb"

// Kind is a way in which two protos clash in one program.
type Kind int

// The kinds.
const (
	OneFileName     Kind = iota // two files of one name
	OtherVersion                // the same file, which declares something else
	Copy                        // the same file under another name, or with stubs in another Go package
	OneName                     // two declarations of one full name
	NameOfPackage               // a declaration with the name of a linked proto package
	PackageLikeName             // a proto package with the name of a linked declaration
	OneNumber                   // two extensions of one message with one number
)

// Clash is what keeps a given file from being linked together with a file that a Go package registers.
type Clash struct {
	Kind  Kind
	Path  []int32 // of what clashes, as in google.protobuf.SourceCodeInfo.Location
	Found string
	With  Named
}

// Paths in a FileDescriptorProto, and from an extension to its number.
var (
	syntaxStatement  = []int32{12}
	packageStatement = []int32{2}
)

const nameField, numberField = 1, 3

// Compare finds all clashes of a file with what the pinned modules register, whether a tree links that or not. A name may clash
// with several files.
func Compare(file *descriptorpb.FileDescriptorProto) []Clash { return embedded().compare(file) }

func (t *table) compare(file *descriptorpb.FileDescriptorProto) []Clash {
	c := comparison{table: t, file: file, all: registered(file)}
	c.version = c.sameFile()
	c.fileName()
	for pkg := range around(file.GetPackage()) {
		if named, ok := t.named(cutLast(pkg)); ok {
			c.add(PackageLikeName, packageStatement, file.GetPackage(), named)
		}
	}
	for _, d := range c.all {
		c.declaration(d)
	}
	return c.clashes
}

type comparison struct {
	*table
	file    *descriptorpb.FileDescriptorProto
	all     []declaration // without fields and methods
	version *File         // the linked file that this is a version of; nil: none
	clashes []Clash
}

func (c *comparison) add(kind Kind, path []int32, found string, with Named) {
	c.clashes = append(c.clashes, Clash{Kind: kind, Path: path, Found: found, With: with})
}

// sameFile is the linked file of the same name and proto package, or with most of the names that the file declares.
func (c *comparison) sameFile() *File {
	if known := c.files[c.file.GetName()]; known != nil && known.ProtoPackage == c.file.GetPackage() {
		return known
	}
	scope, shared := 0, map[*File]int{}
	for _, d := range c.all {
		if !scoped(d.kind, d.name) {
			continue
		}
		scope++
		if named, ok := c.named(c.file.GetPackage(), d.name); ok {
			shared[named.File]++
		}
	}
	for _, known := range c.inside[c.file.GetPackage()] {
		if 2*shared[known] > scope {
			return known
		}
	}
	return nil
}

func (c *comparison) fileName() {
	if c.version == nil {
		if known := c.files[c.file.GetName()]; known != nil {
			c.add(OneFileName, syntaxStatement, known.Proto, Named{known, known.Proto})
		}
		return
	}
	with := Named{c.version, c.version.Proto}
	if d, other := c.version.lacks(declarations(c.file)); other {
		c.add(OtherVersion, below(d.path, nameField), d.String(), with)
	} else {
		c.add(Copy, syntaxStatement, c.file.GetName(), with)
	}
}

func (c *comparison) declaration(d declaration) {
	full := inPackage(c.file.GetPackage(), d.name)
	if scoped(d.kind, d.name) {
		if named, ok := c.named(c.file.GetPackage(), d.name); ok && named.File != c.version {
			c.add(OneName, below(d.path, nameField), full, named)
			return
		}
		for _, inside := range c.packages[full] {
			c.add(NameOfPackage, below(d.path, nameField), full, Named{inside, full})
		}
	}
	if d.kind != "extension" {
		return
	}
	number := extends(d.means)
	if named, ok := c.numbers[number]; ok && named.File != c.version {
		c.add(OneNumber, below(d.path, numberField), number, named)
	}
}
