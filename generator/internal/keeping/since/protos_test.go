package since

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// line is how a tree keeps a proto.
func line(t *testing.T, name, pkg string) string {
	t.Helper()
	return name + " " + encoded(t, file(name, pkg)) + "\n"
}

func file(name, pkg string) *descriptorpb.FileDescriptorProto {
	return &descriptorpb.FileDescriptorProto{Name: new(name), Package: new(pkg)}
}

func encoded(t *testing.T, message proto.Message) string {
	t.Helper()
	data, err := proto.Marshal(message)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(data)
}

func TestProtosOfBranches(t *testing.T) {
	a, ours, theirs := line(t, "a.proto", "a"), line(t, "my b.proto", "ours"), line(t, "my b.proto", "theirs")
	whole := encoded(t, &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{file("a.proto", "a"), file("my b.proto", "old")}})
	old := whole[:20] + "\n" + whole[20:] + "\n"
	for name, c := range map[string]struct {
		text string
		want [][]string // packages of each branch
	}{
		"one branch":             {a + ours, [][]string{{"a", "ours"}}},
		"two lines":              {a + ours + theirs, [][]string{{"a", "ours"}, {"a", "theirs"}}},
		"with marks":             {a + "<<<<<<< HEAD\n" + ours + "=======\n" + theirs + ">>>>>>> b\n", [][]string{{"a", "ours"}, {"a", "theirs"}}},
		"of an older msgen":      {old, [][]string{{"a", "old"}}},
		"of two, with marks":     {"<<<<<<< HEAD\n" + a + ours + "=======\n" + old + ">>>>>>> b\n", [][]string{{"a", "ours"}, {"a", "old"}}},
		"of two, in lines":       {a + ours + old, [][]string{{"a", "ours"}, {"a", "old"}}},
		"half of a set, and one": {"<<<<<<< HEAD\n" + a + "=======\n" + whole[:21] + "\n>>>>>>> b\n", [][]string{{"a"}}},
	} {
		sets, err := decodeProtos([]byte(c.text))
		require.NoError(t, err, name)
		var got [][]string
		for _, set := range sets {
			var packages []string
			for _, file := range set.GetFile() {
				packages = append(packages, file.GetPackage())
			}
			got = append(got, packages)
		}
		assert.Equal(t, c.want, got, name)
	}
	_, err := decodeProtos([]byte("nonsense!\n"))
	assert.Error(t, err)
}
