package response

import (
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"golang.org/x/text/unicode/norm"
)

// named is a part of a type with a file name.
func named(mediaType, name string) Part {
	b := &BodyStructure{Disposition: "attachment"}
	b.Type, b.Subtype, _ = strings.Cut(mediaType, "/")
	if name != "" {
		b.DispositionParams = []Param{{"filename", name}}
	}
	return Part{b, []int{1, 2}}
}

func TestSafeNamesAreOneElementOfAPath(t *testing.T) {
	for name, want := range map[string]string{
		"report.pdf":                             "report.pdf",
		"Grüße aus Köln.pdf":                     "Grüße aus Köln.pdf",
		"Gru\u0308ße.pdf":                        "Grüße.pdf",
		"../../etc/passwd":                       "passwd.pdf",
		`..\..\boot.ini`:                         "boot.ini",
		`C:\Users\x\doc.pdf`:                     "doc.pdf",
		"C:/Users/x/doc.pdf":                     "doc.pdf",
		`\\server\share\a.doc`:                   "a.doc",
		"/etc/shadow/":                           "shadow.pdf",
		"Invoice 3/2024.pdf":                     "Invoice 3_2024.pdf",
		"a\uff0fb\u2044c\u2215d\u29f8e\uff3cf.x": "a_b_c_d_e_f.x",
		`a<b>c:d"e|f?g*h.pdf`:                    "a_b_c_d_e_f_g_h.pdf",
		"a.txt:s":                                "a.txt_s",
		"CON.txt":                                "_CON.txt",
		"con":                                    "_con.pdf",
		"Com1 .log":                              "_Com1 .log",
		"LPT³.x":                                 "_LPT³.x",
		"CONIN$":                                 "_CONIN$.pdf",
		"COM10.x":                                "COM10.x",
		"console.log":                            "console.log",
		".bashrc":                                "_bashrc.pdf",
		"-rf":                                    "_rf.pdf",
		"--help.txt":                             "_help.txt",
		" . hidden.txt":                          "_hidden.txt",
		"end. . .":                               "end.pdf",
		"invoice\u202egpj.exe":                   "invoicegpj.exe",
		"a\x00b\x1b[31mc\u0085d\u2028e.x":        "ab[31mcde.x",
		"z\u200bw\ufeffs\U000e0041.txt":          "zws.txt",
		"می\u200cخواهم.pdf":                      "می\u200cخواهم.pdf",
		"a \t\u00a0\u3000 b.pdf":                 "a b.pdf",
		"\xff\xfe.pdf":                           "_.pdf",
		"a\xffb.pdf":                             "a_b.pdf",
		"...":                                    "part-1.2.pdf",
		"/":                                      "part-1.2.pdf",
		"..":                                     "part-1.2.pdf",
		"\u202e":                                 "part-1.2.pdf",
		"\u202e.\u202e.":                         "part-1.2.pdf",
		".\u200b./.\u200b./x":                    "x.pdf",
		"":                                       "part-1.2.pdf",
		"README":                                 "README.pdf",
		"v1.2 of the text":                       "v1.2 of the text.pdf",
		"report.2024":                            "report.2024.pdf",
		"archive.001":                            "archive.001",
		"100%25.txt":                             "100%25.txt",
	} {
		got := named("application/pdf", name).SafeName()
		assert.Equal(t, want, got, "%q", name)
		checkSafe(t, got)
	}
}

// checkSafe checks what no file system or terminal takes for something else.
func checkSafe(t *testing.T, name string) {
	t.Helper()
	assert.True(t, utf8.ValidString(name), "%q", name)
	assert.NotEmpty(t, name)
	assert.LessOrEqual(t, len(name), maxSafeName, "%q", name)
	assert.False(t, strings.ContainsAny(name, "/\\<>:\"|?*\x00\x1b\x7f\u202e\u200b\u2028"), "%q", name)
	assert.False(t, strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, " "), "%q", name)
	assert.False(t, strings.HasSuffix(name, ".") || strings.HasSuffix(name, " "), "%q", name)
	assert.True(t, filepath.IsLocal(name), "%q", name)
	assert.Equal(t, name, filepath.Base(name))
	assert.True(t, norm.NFC.IsNormalString(name), "%q", name)
	assert.False(t, isReservedName(name), "%q", name)
	assert.Equal(t, name, safeName(name), "a safe name is safe already")
}

func TestSafeNamesOfAnythingAreSafe(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"a", "B", "ä", "a\u0308", "\u0301", "日", "👩\u200d👧", ".", "..", "/", `\`, ":", " ", "-", "_", "CON", "nul", "COM", "1", "¹", "\xff", "\x00", "\n", "\u202e", "\u200b", "\u200d",
		"\ufffe", "*", ".txt", ".tar.gz", "\uff0f", "\u212a", "\u037e", "\u1fef", "$", strings.Repeat("x", 90), strings.Repeat("\u0301", 70), "\U000e0041", "\u00a0"}
	for range 5000 {
		var b strings.Builder
		for range r.IntN(9) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		for _, mediaType := range []string{"application/pdf", "application/octet-stream"} {
			if checkSafe(t, named(mediaType, b.String()).SafeName()); t.Failed() {
				t.Fatalf("%q", b.String())
			}
		}
	}
}

func TestLongNamesKeepTheirExtension(t *testing.T) {
	for name, want := range map[string]string{
		strings.Repeat("ä", 150) + ".pdf":                          strings.Repeat("ä", 88) + ".pdf",
		strings.Repeat("a\u0323\u0301", 60) + ".pdf":               strings.Repeat("ạ\u0301", 35) + ".pdf",
		strings.Repeat("x", 300):                                   strings.Repeat("x", 180),
		strings.Repeat("👩\u200d👧", 30) + ".jpeg":                   strings.Repeat("👩\u200d👧", 15) + ".jpeg",
		strings.Repeat("x", 178) + ". y" + strings.Repeat("z", 20): strings.Repeat("x", 178),
	} {
		got := named("application/octet-stream", name).SafeName()
		assert.Equal(t, want, got)
		checkSafe(t, got)
	}
}

func TestNamesComeFromWhateverNamesThePart(t *testing.T) {
	part := func(mediaType string, change func(*BodyStructure)) Part {
		p := named(mediaType, "")
		change(p.BodyStructure)
		return p
	}
	none := func(*BodyStructure) {}
	for _, c := range []struct {
		want string
		part Part
	}{
		{"type.pdf", part("application/pdf", func(b *BodyStructure) { b.Params = []Param{{"name", "type.pdf"}} })},
		{"Re_ version 1.2.eml", part("message/rfc822", func(b *BodyStructure) { b.Envelope = &Envelope{Subject: "Re: version 1.2"} })},
		{"a.png", part("image/png", func(b *BodyStructure) { b.Rare = &BodyRare{Location: "http://x.example/images/a.png?x=/y#z"} })},
		{"part-1.2.png", part("image/png", func(b *BodyStructure) { b.Rare = &BodyRare{Location: "cid:a@example.com"} })},
		{"plan.dwg", part("application/octet-stream", func(b *BodyStructure) { b.Rare = &BodyRare{Description: "plan.dwg"} })},
		{"part-1.2.bin", part("application/octet-stream", func(b *BodyStructure) { b.Rare = &BodyRare{Description: "the plan"} })},
		{"message.eml", part("message/rfc822", none)},
		{"part-2-of-5.eml", part("message/partial", func(b *BodyStructure) { b.Params = []Param{{"number", "2"}, {"total", "5"}} })},
		{"part-1.2.bin", part("message/partial", func(b *BodyStructure) { b.Params = []Param{{"number", "../2"}, {"total", "5"}} })},
		{"invite.ics", part("text/calendar", none)},
		{"smime.p7m", part("application/pkcs7-mime", none)},
		{"smime.p7s", part("application/x-pkcs7-signature", none)},
		{"signature.asc", part("application/pgp-signature", none)},
		{"winmail.dat", part("application/ms-tnef", none)},
		{"part-1.2.doc", part("application/msword", none)},
		{"part-1.2.jpg", part("IMAGE/PJPEG", none)},
		{"part-1.2.bin", part("application/x-never-heard-of", none)},
		{"part", Part{}},
	} {
		assert.Equal(t, c.want, c.part.SafeName())
		checkSafe(t, c.part.SafeName())
	}
}

func TestNamesInOneFolderDiffer(t *testing.T) {
	var n Names
	for _, c := range [][2]string{
		{"image.png", "image.png"}, {"image.png", "image (2).png"}, {"Image.PNG", "Image (3).PNG"}, {"image (2).png", "image (2) (2).png"},
		{"image.png", "image (4).png"}, {"Grüße.txt", "Grüße.txt"}, {"Gru\u0308ße.txt", "Grüße (2).txt"}, {"GRÜSSE.TXT", "GRÜSSE (3).TXT"},
		{"a.tar.gz", "a.tar.gz"}, {"a.tar.gz", "a (2).tar.gz"}, {"README", "README"}, {"readme", "readme (2)"},
		{"../x", "x"}, {"", "file"}, {"", "file (2)"},
	} {
		assert.Equal(t, c[1], n.Unique(c[0]))
	}
	seen := map[string]bool{}
	long := strings.Repeat("x", 300) + ".txt"
	for range 1000 {
		name := n.Unique(long)
		assert.False(t, seen[name], name)
		assert.Less(t, len(name), 200)
		seen[name] = true
	}
}

func TestNamesAreReadFromThePartsOwnHeader(t *testing.T) {
	for _, c := range []struct{ header, charset, want string }{
		{"Content-Disposition: attachment; filename=\"a.pdf\"", "", "a.pdf"},
		{"content-disposition: ATTACHMENT;\r\n\tFILENAME=a.pdf\r\n", "", "a.pdf"},
		{"Content-Type: application/pdf; name=\"a.pdf\"", "", "a.pdf"},
		{"Content-Type: application/pdf; name=b.pdf\r\nContent-Disposition: attachment; filename=a.pdf", "", "a.pdf"},
		{"Content-Disposition: attachment; filename=\"open.pdf", "", "open.pdf"},
		{"Content-Disposition: attachment; filename=\"open.pdf; size=10", "", "open.pdf"},
		{"Content-Disposition: attachment; filename=my report 2024.pdf", "", "my report 2024.pdf"},
		{"Content-Disposition: attachment; filename=my report 2024.pdf ; size=3", "", "my report 2024.pdf"},
		{`Content-Disposition: attachment; filename="C:\Users\x\doc.pdf"`, "", `C:\Users\x\doc.pdf`},
		{`Content-Disposition: attachment; filename="C:\\Users\\x\\doc.pdf"`, "", `C:\Users\x\doc.pdf`},
		{`Content-Disposition: attachment; filename="C:\dir\"`, "", `C:\dir\`},
		{`Content-Disposition: attachment; filename="a \"b\" c.pdf"; size=1`, "", `a "b" c.pdf`},
		{`Content-Disposition: attachment; filename="a "b" c.pdf"; size=1`, "", `a "b" c.pdf`},
		{`Content-Disposition: attachment; filename="a;b.pdf"`, "", `a;b.pdf`},
		{`Content-Disposition: attachment; filename="a.pdf" junk; x="b"`, "", `a.pdf`},
		{`Content-Disposition: attachment; filename="a.pdf" size=10`, "", `a.pdf`},
		{`Content-Disposition: attachment filename=a.pdf`, "", `a.pdf`},
		{`Content-Disposition: attachment; filename = "a.pdf"`, "", `a.pdf`},
		{`Content-Disposition: attachment;; ; filename=a.pdf;`, "", `a.pdf`},
		{`Content-Disposition: attachment; x; filename=a.pdf`, "", `a.pdf`},
		{"Content-Disposition: attachment; filename=first.pdf; filename=second.pdf", "", "first.pdf"},
		{"Content-Disposition: attachment; filename=first.pdf\r\nContent-Disposition: attachment; filename=second.pdf", "", "first.pdf"},
		{"Content-Disposition: attachment; filename*=plain.pdf", "", "plain.pdf"},
		{"Content-Disposition: attachment; filename*=\"UTF-8''%C3%A4.pdf\"", "", "ä.pdf"},
		{"Content-Disposition: attachment; filename*1=a; filename*2=b.pdf", "", "ab.pdf"},
		{"Content-Disposition: attachment;\r\n filename*0*=iso-2022-jp''%1B$B%46%7C;\r\n filename*1*=%4B%5C%1B(B.txt", "", "日本.txt"},
		{"Content-Disposition: attachment; filename=\"=?utf-8?B?w6QudHh0?=\"", "", "ä.txt"},
		{"Content-Disposition: attachment; filename==?utf-8?Q?a;b=C3=A4.txt?=; size=1", "", "a;bä.txt"},
		{"Content-Disposition: attachment; filename=\"=?utf-8?Q?=C3?=\r\n  =?utf-8?Q?=A4.txt?=\"", "", "ä.txt"},
		{"Content-Disposition: attachment; filename=\"=?gb2312?B?6UYuZG9j?=\"", "", "镕.doc"},
		{"Content-Disposition: attachment; filename=\"=?nonesuch?Q?a.txt?=\"", "", "=?nonesuch?Q?a.txt?="},
		{"Content-Disposition: attachment; filename=\"Grüße.txt\"", "", "Grüße.txt"},
		{"Content-Disposition: attachment; filename=\"K\xf6ln.pdf\"", "", "Köln.pdf"},
		{"Content-Disposition: attachment; filename=\"\xf0\xd2\xc9\xd7\xc5\xd4.txt\"", "koi8-r", "Привет.txt"},
		{"Content-Disposition: attachment; filename=\"K\xf6ln.pdf\"", "utf-8", "Köln.pdf"},
		{"Content-Disposition: attachment; filename=\"K\xf6ln.pdf\"", "nonesuch", "Köln.pdf"},
		{"Subject: x\r\n\r\nContent-Disposition: attachment; filename=body.pdf", "", ""},
		{"Content-Disposition: attachment; filename=", "", ""},
		{"Content-Disposition: ; filename", "", ""},
		{"", "", ""},
	} {
		assert.Equal(t, c.want, ParsePartHeader([]byte(c.header), c.charset).Filename(), "%q", c.header)
	}
}

func TestAPartsHeaderGivesItsFields(t *testing.T) {
	b := ParsePartHeader([]byte("Content-Type: text/plain (a comment); charset=\"iso-8859-1\"\r\nContent-Transfer-Encoding:\r\n base64\r\n"+
		"Content-ID: <a@b>\r\nContent-Description: =?utf-8?Q?=C3=A4?=\r\nContent-Location: x\r\nContent-MD5: m\r\nX: y\r\n z\r\nbroken\r\n\r\nbody"), "")
	assert.Equal(t, &BodyStructure{Type: "text", Subtype: "plain", Params: []Param{{"charset", "iso-8859-1"}}, Encoding: "base64",
		Rare: &BodyRare{ID: "<a@b>", Description: "ä", Location: "x", MD5: "m"}, Size: -1}, b)
	for range 50 { // hostile ones take no time
		ParsePartHeader([]byte("Content-Type: a/b; x=\""+strings.Repeat(`=?\"`, 50000)), "")
	}
}

func TestDamagedNamesAreSuspectAndConfirmed(t *testing.T) {
	for name, want := range map[string]bool{
		"report.pdf": false, "Grüße.txt": false, "日本語.txt": false, "Отчёт.doc": false, "a b c.docx": false,
		"": true, "my": true, "C:Usersxdoc.pdf": true, "K\ufffdln.pdf": true, "=?utf-8?Q?a": true, "a*.pdf": true, "Gr__e.txt": true, "Gr??e.txt": true, "Gr%C3%BC.txt": true, `K\xf6ln.pdf`: true, `a\u202eb.pdf`: true, "100%.txt": false, "a_b_c.txt": false,
		"a very long name ...": true, strings.Repeat("x", 70) + ".pdf": true, "ÐÒÉ×ÅÔ.txt": true, "×_â€™.txt": true,
	} {
		assert.Equal(t, want, SuspectName(named("application/pdf", name)), name)
	}
	star := named("text/plain", "")
	star.Disposition = ""
	assert.False(t, SuspectName(star), "a text usually has no name")
	star.Params = []Param{{"name*0*", "nonesuch''a"}}
	assert.True(t, SuspectName(star))
	assert.False(t, SuspectName(Part{}))
	assert.False(t, SuspectName(Part{BodyStructure: sketch(t, "mixed{plain}")}))

	p := named("application/pdf", "my")
	params := p.DispositionParams
	p.Params = []Param{{"name*", "x"}, {"charset", "y"}}
	assert.True(t, ConfirmName(p.BodyStructure, []byte("Content-Disposition: attachment; filename=my report 2024.pdf; size=4"), ""))
	assert.Equal(t, "my report 2024.pdf", p.Filename())
	assert.Equal(t, []Param{{"charset", "y"}}, p.Params)
	assert.Equal(t, []Param{{"filename", "my"}}, params, "the parser's memory is not modified")
	assert.False(t, ConfirmName(p.BodyStructure, []byte("Subject: no name here"), ""))
	assert.Equal(t, "my report 2024.pdf", p.Filename())
	bare := Part{BodyStructure: &BodyStructure{}}
	assert.True(t, ConfirmName(bare.BodyStructure, []byte("Content-Type: image/png; name=a.png\r\nContent-Disposition: inline"), ""))
	assert.Equal(t, "inline image/png a.png", bare.Disposition+" "+bare.MediaType()+" "+bare.Filename())
	assert.False(t, ConfirmName(nil, nil, ""))
}
