//go:build !lean

package main

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// phrase is a text with its form in a header.
type phrase struct{ decoded, wire string }

// language is a charset with words that it can write.
type language struct {
	charset string
	enc     encoding.Encoding // nil: UTF-8
	base64  bool
	words   string
	given   string
	family  string
}

var english = language{
	words: "meeting report invoice quarterly update schedule review draft final budget proposal notes agenda " +
		"contract release reminder question answer weekly summary project team customer delivery order shipment " +
		"payment account password statement newsletter issue build failed passed deploy staging production plan",
	given:  "Alice Bob Carol David Erin Frank Grace Heidi Ivan Judy Kevin Laura Mallory Nina Oscar Peggy Quinn Rita Steve Trudy",
	family: "Smith Johnson Williams Brown Jones Miller Davis Wilson Anderson Taylor Thomas Moore Martin Lee Walker Young",
}

// foreign are languages that mail is written in. The first ordinary of them are in
// the charsets of nearly all mail today; the others are in charsets whose decoder
// a client has to look up.
var foreign = []language{
	{"utf-8", nil, false, "Übersicht Gespräch Rückmeldung Prüfung für Bestätigung Änderung größere Aufträge", "Jürgen Sönke Käthe", "Müller Größmann Schäfer"},
	{"UTF-8", nil, true, "Συνάντηση αναφορά τιμολόγιο ερώτηση απάντηση παράδοση", "Γιώργος Ελένη", "Παπαδόπουλος Νικολάου"},
	{"iso-8859-1", charmap.ISO8859_1, false, "réunion février résumé déjà reçu évaluation société numéro", "François Éloïse Hélène", "Lefèvre Béranger"},
	{"ISO-8859-15", charmap.ISO8859_15, false, "cœur œuvre 100€ manœuvre bœuf réponse", "Zoë Noël", "Lenôtre Vœux"},
	{"windows-1252", charmap.Windows1252, false, "“quoted” – señor mañana información próxima reunión", "José Íñigo", "Muñoz Peña"},
	{"koi8-r", charmap.KOI8R, true, "Встреча отчёт договор вопрос ответ доставка счёт", "Иван Ольга", "Петров Смирнова"},
	{"iso-2022-jp", japanese.ISO2022JP, true, "会議 報告 請求書 予定 確認 質問", "太郎 花子", "山田 鈴木"},
	{"gb2312", simplifiedchinese.GBK, true, "会议 报告 发票 计划 问题 回答", "伟 芳", "王 李"},
}

const ordinary = 3

// encode returns text in encoded words of at most 75 octets (RFC 2047 §2), the
// text split between its words.
func (l language) encode(text string) string {
	var out []string
	chunk := ""
	for _, w := range strings.SplitAfter(text, " ") {
		if chunk != "" && len(l.encodeWord(chunk+w)) > 75 {
			out = append(out, l.encodeWord(chunk))
			chunk = ""
		}
		chunk += w
	}
	return strings.Join(append(out, l.encodeWord(chunk)), " ")
}

func (l language) encodeWord(text string) string {
	b := []byte(text)
	if l.enc != nil {
		var err error
		if b, err = l.enc.NewEncoder().Bytes(b); err != nil {
			panic(fmt.Sprintf("%s can't write %q", l.charset, text))
		}
	}
	if l.base64 {
		return "=?" + l.charset + "?B?" + base64.StdEncoding.EncodeToString(b) + "?="
	}
	if l.enc == nil {
		return mime.QEncoding.Encode(l.charset, text)
	}
	var q strings.Builder
	for _, c := range b {
		switch {
		case c == ' ':
			q.WriteByte('_')
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			q.WriteByte(c)
		default:
			fmt.Fprintf(&q, "=%02X", c)
		}
	}
	return "=?" + l.charset + "?Q?" + q.String() + "?="
}

func pick(r *rand.Rand, words string) string {
	f := strings.Fields(words)
	return f[r.IntN(len(f))]
}

// subjects returns a pool of subjects, a third of them encoded.
func subjects(r *rand.Rand, foreign []language, n int) []phrase {
	out := make([]phrase, n)
	for i := range out {
		l := english
		if r.IntN(3) == 0 {
			l = foreign[r.IntN(len(foreign))]
		}
		words := make([]string, 2+r.IntN(6))
		for j := range words {
			words[j] = pick(r, l.words)
		}
		text := strings.Join(words, " ")
		switch {
		case l.charset != "":
			out[i] = phrase{text, l.encode(text)}
			continue
		case r.IntN(3) == 0:
			text = "Re: " + text
		case r.IntN(12) == 0:
			text = `Fwd: "` + text + `"`
		}
		out[i] = phrase{text, text}
	}
	return out
}

// people returns a pool of display names with the addresses that belong to
// them, a sixth of the names encoded, some empty.
func people(r *rand.Rand, foreign []language, n int) []address {
	hosts := []string{"example.com", "example.org", "mail.example.net", "lists.example.edu", "corp.example"}
	out := make([]address, n)
	for i := range out {
		l := english
		if r.IntN(6) == 0 {
			l = foreign[r.IntN(len(foreign))]
		}
		given, family := pick(r, l.given), pick(r, l.family)
		name := phrase{given + " " + family, ""}
		switch {
		case l.charset != "":
			name.wire = l.encode(name.decoded)
		case r.IntN(10) == 0:
			name = phrase{}
		case r.IntN(12) == 0:
			name.decoded = given + ` "` + family[:1] + `" ` + family
			name.wire = name.decoded
		default:
			name.wire = name.decoded
		}
		out[i] = address{name, fmt.Sprintf("%s.%d", strings.ToLower(pick(r, english.family)), i), hosts[r.IntN(len(hosts))]}
	}
	return out
}
