package jsondata

import (
	"encoding/binary"
	"unicode/utf8"
)

// deepestText is how deep encoding/json reads.
const deepestText = 10000

// Valid says whether the bytes are one JSON text in UTF-8, as [encoding/json.Valid] and [utf8.Valid] together do. Both
// would take longer than the rest of what a stream does with an event.
func Valid(text []byte) bool {
	r := &reader{text: text}
	r.space()
	if !r.value(0) {
		return false
	}
	r.space()
	return r.at == len(text)
}

// reader reads JSON text. Each method says whether what it reads is valid.
type reader struct {
	text []byte
	at   int
}

// next returns the next byte; 0, which is never valid, at the end.
func (r *reader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *reader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

func (r *reader) value(depth int) bool {
	switch r.next() {
	case '{':
		return r.list('}', depth+1)
	case '[':
		return r.list(']', depth+1)
	case '"':
		return r.quoted()
	case 't':
		return r.word("true")
	case 'f':
		return r.word("false")
	case 'n':
		return r.word("null")
	default:
		return r.number()
	}
}

// list reads values, or members of an object, between commas and up to a closing bracket.
func (r *reader) list(end byte, depth int) bool {
	if depth > deepestText {
		return false
	}
	r.at++
	r.space()
	if r.next() == end {
		r.at++
		return true
	}
	for {
		r.space()
		if (end == '}' && !r.name()) || !r.value(depth) {
			return false
		}
		r.space()
		switch r.next() {
		case ',':
			r.at++
		case end:
			r.at++
			return true
		default:
			return false
		}
	}
}

// name reads the name of a member, up to its value.
func (r *reader) name() bool {
	if !r.quoted() {
		return false
	}
	r.space()
	if r.next() != ':' {
		return false
	}
	r.at++
	r.space()
	return true
}

func (r *reader) quoted() bool {
	if r.next() != '"' {
		return false
	}
	r.at++
	for {
		r.at += plainBytes(r.text[r.at:])
		switch found := r.next(); {
		case found == '"':
			r.at++
			return true
		case found == '\\':
			if !r.escape() {
				return false
			}
		case found < ' ': // or the end
			return false
		default:
			character, size := utf8.DecodeRune(r.text[r.at:])
			if character == utf8.RuneError && size == 1 {
				return false
			}
			r.at += size
		}
	}
}

// isPlain has the bytes that stand for themselves in quotes.
var isPlain = func() (plain [256]bool) {
	for each := ' '; each < utf8.RuneSelf; each++ {
		plain[each] = each != '"' && each != '\\'
	}
	return plain
}()

// plainBytes returns how many bytes at the start stand for themselves. It looks at eight at a time.
func plainBytes(text []byte) int {
	at := 0
	for at+8 <= len(text) && arePlain(binary.LittleEndian.Uint64(text[at:])) {
		at += 8
	}
	for at < len(text) && isPlain[text[at]] {
		at++
	}
	return at
}

// arePlain says whether eight bytes all stand for themselves.
func arePlain(eight uint64) bool {
	const each, high = 0x0101010101010101, 0x8080808080808080
	quote, backslash := eight^'"'*each, eight^'\\'*each
	// A subtraction borrows from the high bit of a byte that is less than what is subtracted. Where a lower byte borrows
	// from it, too, that one is not plain anyway.
	found := eight | (eight - ' '*each) | (quote - each) | (backslash - each)
	return found&high == 0
}

func (r *reader) escape() bool {
	r.at++
	switch r.next() {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		r.at++
		return true
	case 'u':
		r.at++
	default:
		return false
	}
	for range 4 {
		if digit := r.next() | 0x20; !isDigit(r.next()) && (digit < 'a' || digit > 'f') {
			return false
		}
		r.at++
	}
	return true
}

func (r *reader) word(wanted string) bool {
	if len(r.text)-r.at < len(wanted) || string(r.text[r.at:r.at+len(wanted)]) != wanted {
		return false
	}
	r.at += len(wanted)
	return true
}

func (r *reader) number() bool {
	if r.next() == '-' {
		r.at++
	}
	if r.next() == '0' {
		r.at++
	} else if !r.digits() {
		return false
	}
	if r.next() == '.' {
		r.at++
		if !r.digits() {
			return false
		}
	}
	if r.next()|0x20 != 'e' {
		return true
	}
	r.at++
	if sign := r.next(); sign == '+' || sign == '-' {
		r.at++
	}
	return r.digits()
}

// digits reads one digit or more.
func (r *reader) digits() bool {
	from := r.at
	for isDigit(r.next()) {
		r.at++
	}
	return r.at > from
}

func isDigit(found byte) bool { return found >= '0' && found <= '9' }
