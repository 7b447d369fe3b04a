package mimeword

import "strings"

// aliases maps names of charsets to the names to look up instead: those that
// this package has codecs of its own for, those that x/text does not know, and
// those whose text is in a larger charset more often than not.
var aliases = makeAliases(map[string]string{
	"utf-8": "utf8 utf_8 utf-8-strict utf8-strict x-utf-8 x-utf8 utf8mb4 utf-8-sig unicode-1-1-utf-8 " +
		"unicode-2-0-utf-8 unicode20utf8 x-unicode20utf8 unicode11utf8 csutf8",
	"us-ascii": "ascii us_ascii usascii us ansi_x3.4-1968 ansi_x3.4-1986 iso-ir-6 iso646-us iso_646.irv:1991 " +
		"646 ibm367 cp367 csascii unknown x-unknown unknown-8bit x-unknown-8bit",
	"windows-1252": "iso-8859-1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 8859-1 8859_1 iso8859_1 latin1 " +
		"latin-1 l1 iso-ir-100 csisolatin1 cp819 ibm819 cp1252 cp-1252 x-cp1252 ms-ansi ansi x-ansi windows1252 win-1252",
	"iso-8859-15": "iso8859-15 iso885915 iso_8859-15 8859-15 latin9 latin-9 l9 csisolatin9 iso8859_15",
	"utf-7": "utf7 unicode-1-1-utf-7 unicode-2-0-utf-7 x-unicode-2-0-utf-7 x-utf-7 x-utf7 csutf7 " +
		"csunicode11utf7 unicode11utf7",
	"utf-16":         "utf16 csutf16 ucs-2 ucs2 iso-10646-ucs-2 unicode csunicode",
	"hz-gb-2312":     "hz hzgb2312",
	"gb18030":        "gb2312 gb_2312 gb_2312-80 gb2312-80 csgb2312 csiso58gb231280 euc-cn x-euc-cn gbk x-gbk cp936 ms936 windows-936 x-mac-chinesesimp",
	"big5":           "cp950 ms950 windows-950 x-mac-chinesetrad",
	"euc-kr":         "cp949 ms949 x-windows-949 uhc ks_c_5601 ksc5601 x-mac-korean iso-ir-149",
	"shift_jis":      "cp932 ms932 windows-932 x-ms-cp932 cswindows31j x-mac-japanese shiftjis",
	"iso-2022-jp":    "iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-ms iso2022jp iso2022-jp cp50220 cp50221 cp50222 jis",
	"euc-jp":         "eucjp eucjp-win eucjp-ms cp51932 ujis",
	"koi8-r":         "koi8r koi8_r cp20866 cskoi8r",
	"koi8-u":         "koi8u koi8-ru cp21866",
	"macintosh":      "macroman mac-roman x-macroman x-mac",
	"x-mac-cyrillic": "maccyrillic x-maccyrillic x-mac-ukrainian x-mac-ukraine mac-cyrillic",
	"windows-874":    "cp874 tis620 x-mac-thai",
	"windows-1250":   "cp-1250 windows1250 win-1250",
	"windows-1251":   "cp-1251 windows1251 win-1251 win1251",
	"windows-1255":   "cp-1255 windows1255 win-1255",
	"windows-1256":   "cp-1256 windows1256 win-1256",
	"iso-8859-8":     "iso-8859-8-e x-mac-hebrew",
	"ibm866":         "cp-866 dos-866 cp866u",
})

// makeAliases turns a table of names to their aliases around.
func makeAliases(table map[string]string) map[string]string {
	m := make(map[string]string)
	for name, list := range table {
		for alias := range strings.FieldsSeq(list) {
			m[alias] = name
		}
	}
	return m
}
