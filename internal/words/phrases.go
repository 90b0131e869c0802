package words

// Phrases are what this project no longer writes. This file is the only text that may say them.
var Phrases = []Phrase{
	// Who does what: the subject is a thing or a person.
	{Name: "that of", Write: "the noun again, or the owner first: the caller's deadline",
		Any: []string{"that of", "those of|that|which|who|whose"}, Fine: []string{"so that of"}},
	{Name: "one that", Write: "the noun", Any: []string{"^one that|which|who|whose"}},
	{Name: "what is", Write: "the thing as the subject: msgen lists the files it no longer generates",
		Any: []string{"^What *"}, Fine: []string{"^What to *"}},
	{Name: "told", Write: "who reports what",
		Any: []string{"told", "tell|tells|telling of"}, Fine: []string{"told apart"}},

	// The words of the field.
	{Name: "mend", Write: "fix", Any: []string{"mend|mends|mended|mending"}},
	{Name: "make again", Write: "regenerate, or repeat", Any: []string{
		"make|makes|made|making|write|writes|wrote|written|writing|generate|generates|generated|generating again",
		"make|makes|made|making|write|writes|wrote|written|writing it|them|one|files again",
	}},
	{Name: "beside", Write: "next to, in addition to, or compared with", Any: []string{"beside"}},
	{Name: "era", Write: "generation, or period", Any: []string{"era|eras"}},
	{Name: "dear", Write: "expensive", Any: []string{"dear|dearer|dearest|dearly"}},
	{Name: "lay over", Write: "override", Any: []string{"lay|lays|laid|laying over", "lay|lays|laid|laying * over"}},
	{Name: "left alone", Write: "does not change",
		Any: []string{"leave|leaves|left|leaving alone", "leave|leaves|left|leaving * alone"}},
	{Name: "held to", Write: "limited to, or checked against", Any: []string{"held to"}},
	{Name: "run into", Write: "reach, exceed, or time out", Any: []string{"run|runs|ran|running into"}},
	{Name: "add up", Write: "what the problem is", Any: []string{"not add up"}},
	{Name: "the tree around", Write: "the enclosing tree", Any: []string{"the tree around"}},
	{Name: "taken as it is", Write: "used unchanged", Any: []string{"take|takes|taken|taking as it|they is|are"}},

	// Adverbs and connectives that are archaic or rare.
	{Name: "anew", Write: "again", Any: []string{"anew"}},
	{Name: "besides", Write: "also, or in addition", Any: []string{"besides"}},
	{Name: "but for", Write: "except", Any: []string{"but for"}},
	{Name: "no more", Write: "no longer, or no further",
		Any: []string{"no more"}, Fine: []string{"no more than", "no more * than", "no more often", "there is no more"}},
	{Name: "else", Write: "otherwise, or (if not) as a clause", Any: []string{"else"}, Fine: []string{
		"anything|everything|nothing|something|anybody|everybody|nobody|somebody|anyone|everyone|someone else",
		"anywhere|everywhere|nowhere|somewhere|what|whatever|where|who|whoever|how else", "no|any|every|some one else",
	}},
	{Name: "at once", Write: "immediately", Documents: true, Any: []string{"at once"}, Fine: []string{
		"all|both|many|keys|requests|calls at once", "run|ejected|through at once", "calls|runs * * * at once", // at the same time
		"two runs at once", "a run at once", "all of them at once",
	}},
	{Name: "be it", Write: "whether, or even if", Any: []string{"be it"}},
	{Name: "is no", Write: "is not a", Any: []string{"is|are|was|were|be no"}, Fine: []string{
		"there is|are|was|were|be no", "there may|can|must|will|would|should be no", "is|are there no", "is|are|was|were|be no longer", "is|are|was|were|be no * than",
		"is|are no earlier|fewer|higher|larger|later|less|lower|more|shorter|smaller",
	}},
	{Name: "thereof", Write: "a noun, or where, why, so", Any: []string{
		"thereof|therein|thereby|therefrom|thereto|whereof|wherein|whereby|whereupon|whence|thence|hence|upon|lest|albeit|whilst",
	}},
}
