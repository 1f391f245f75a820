// Says what Go's own regexp makes of expressions, for the tests of Stoker.Labels. Standard input has one JSON object on each line:
//
//	{"regex": "...", "inputs": ["..."], "templates": ["..."]}
//
// and so has standard output: with "error" where Go refuses the expression, else with one result for each input, null where it does not
// match, or {"groups": [start, end, ...], "expanded": ["..."]} with offsets in UTF-16 units, -1 for a group that took no part, and
// what each template expands to. The expression is matched as relabelling does, between the start and the end of the text.
// With the argument "tables" it prints, as one JSON object, what Go knows of upper and lower case.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
)

type question struct {
	Regex     string   `json:"regex"`
	Inputs    []string `json:"inputs"`
	Templates []string `json:"templates,omitempty"`
}

type result struct {
	Groups   []int    `json:"groups"`
	Expanded []string `json:"expanded,omitempty"`
}

type answer struct {
	question
	Error   string    `json:"error,omitempty"`
	Results []*result `json:"results,omitempty"`
}

type tables struct {
	Folds [][]rune       `json:"folds"`
	Upper map[int32]rune `json:"upper"`
	Lower map[int32]rune `json:"lower"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	if len(os.Args) > 1 && os.Args[1] == "tables" {
		check(out.Encode(caseTables()))
		return
	}

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var asked question
		check(json.Unmarshal(lines.Bytes(), &asked))
		check(out.Encode(ask(asked)))
	}
	check(lines.Err())
}

func ask(asked question) answer {
	said := answer{question: asked}
	if _, err := regexp.Compile(asked.Regex); err != nil {
		said.Error = err.Error()
		return said
	}
	whole, err := regexp.Compile("^(?s:" + asked.Regex + ")$")
	if err != nil {
		said.Error = err.Error()
		return said
	}
	for _, input := range asked.Inputs {
		match := whole.FindStringSubmatchIndex(input)
		if match == nil {
			said.Results = append(said.Results, nil)
			continue
		}
		found := &result{}
		for _, offset := range match {
			if offset >= 0 {
				offset = len(utf16.Encode([]rune(input[:offset])))
			}
			found.Groups = append(found.Groups, offset)
		}
		for _, template := range asked.Templates {
			found.Expanded = append(found.Expanded, string(whole.ExpandString(nil, template, input, match)))
		}
		said.Results = append(said.Results, found)
	}
	return said
}

func caseTables() tables {
	said := tables{Upper: map[int32]rune{}, Lower: map[int32]rune{}}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if f := unicode.SimpleFold(r); f != r {
			class := []rune{r}
			for ; f != r; f = unicode.SimpleFold(f) {
				class = append(class, f)
			}
			said.Folds = append(said.Folds, class)
		}
		if up := []rune(strings.ToUpper(string(r))); len(up) == 1 && up[0] != r {
			said.Upper[r] = up[0]
		}
		if low := []rune(strings.ToLower(string(r))); len(low) == 1 && low[0] != r {
			said.Lower[r] = low[0]
		}
	}
	return said
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
