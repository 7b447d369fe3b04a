package response

import "strings"

// extensions are those of the usual media types. The table of the system is not
// asked, because it differs between machines.
var extensions = makeExtensions(`
.txt   text/plain
.html  text/html application/xhtml+xml
.md    text/markdown text/x-markdown
.rtf   text/rtf application/rtf text/richtext
.csv   text/csv text/comma-separated-values application/csv
.tsv   text/tab-separated-values
.css   text/css
.js    text/javascript application/javascript application/x-javascript
.xml   text/xml application/xml
.json  application/json text/json
.yaml  application/yaml text/yaml application/x-yaml
.ics   text/calendar application/ics
.vcf   text/vcard text/x-vcard text/directory
.diff  text/x-diff text/x-patch
.log   text/x-log
.pdf   application/pdf application/x-pdf application/acrobat
.ps    application/postscript
.eps   image/x-eps
.doc   application/msword application/vnd.ms-word application/x-msword
.dot   application/vnd.ms-word.template
.docx  application/vnd.openxmlformats-officedocument.wordprocessingml.document
.docm  application/vnd.ms-word.document.macroenabled.12
.xls   application/vnd.ms-excel application/msexcel application/x-msexcel application/excel
.xlsx  application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
.xlsm  application/vnd.ms-excel.sheet.macroenabled.12
.ppt   application/vnd.ms-powerpoint application/mspowerpoint application/powerpoint
.pptx  application/vnd.openxmlformats-officedocument.presentationml.presentation
.ppsx  application/vnd.openxmlformats-officedocument.presentationml.slideshow
.odt   application/vnd.oasis.opendocument.text
.ods   application/vnd.oasis.opendocument.spreadsheet
.odp   application/vnd.oasis.opendocument.presentation
.odg   application/vnd.oasis.opendocument.graphics
.pages application/vnd.apple.pages application/x-iwork-pages-sffpages
.numbers application/vnd.apple.numbers application/x-iwork-numbers-sffnumbers
.key   application/vnd.apple.keynote application/x-iwork-keynote-sffkey
.vsd   application/vnd.visio
.mpp   application/vnd.ms-project
.epub  application/epub+zip
.msg   application/vnd.ms-outlook
.eml   message/rfc822 message/global
.mbox  application/mbox
.zip   application/zip application/x-zip application/x-zip-compressed
.gz    application/gzip application/x-gzip
.tar   application/x-tar
.tgz   application/x-compressed-tar application/x-tgz
.bz2   application/x-bzip2 application/bzip2
.xz    application/x-xz
.7z    application/x-7z-compressed
.rar   application/vnd.rar application/x-rar-compressed application/x-rar
.jar   application/java-archive
.exe   application/x-msdownload application/vnd.microsoft.portable-executable
.apk   application/vnd.android.package-archive
.dmg   application/x-apple-diskimage
.iso   application/x-iso9660-image
.sql   application/sql application/x-sql
.sh    application/x-sh text/x-sh
.py    text/x-python
.c     text/x-csrc
.java  text/x-java
.go    text/x-go
.jpg   image/jpeg image/jpg image/pjpeg
.png   image/png image/x-png
.gif   image/gif
.bmp   image/bmp image/x-bmp image/x-ms-bmp
.tif   image/tiff
.svg   image/svg+xml
.webp  image/webp
.heic  image/heic
.heif  image/heif
.avif  image/avif
.ico   image/vnd.microsoft.icon image/x-icon
.psd   image/vnd.adobe.photoshop application/photoshop
.wmf   image/wmf image/x-wmf
.emf   image/emf image/x-emf
.mp3   audio/mpeg audio/mp3
.m4a   audio/mp4 audio/x-m4a
.aac   audio/aac
.wav   audio/wav audio/x-wav audio/vnd.wave
.ogg   audio/ogg application/ogg
.flac  audio/flac audio/x-flac
.amr   audio/amr
.mid   audio/midi
.wma   audio/x-ms-wma
.mp4   video/mp4
.mpg   video/mpeg
.mov   video/quicktime
.avi   video/x-msvideo video/avi
.wmv   video/x-ms-wmv
.webm  video/webm
.mkv   video/x-matroska
.3gp   video/3gpp audio/3gpp
.ttf   font/ttf
.woff2 font/woff2
.p7s   application/pkcs7-signature application/x-pkcs7-signature
.p7m   application/pkcs7-mime application/x-pkcs7-mime
.asc   application/pgp-signature application/pgp-keys application/pgp-encrypted application/pgp
.cer   application/pkix-cert application/x-x509-ca-cert
.p12   application/x-pkcs12
.dat   application/ms-tnef application/vnd.ms-tnef
.kml   application/vnd.google-earth.kml+xml
.gpx   application/gpx+xml
.pkpass application/vnd.apple.pkpass
.torrent application/x-bittorrent
.smil  application/smil
`)

// makeExtensions reads lines of an extension and the media types that it is for.
func makeExtensions(table string) map[string]string {
	m := make(map[string]string)
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		for _, t := range fields[min(1, len(fields)):] {
			m[t] = fields[0]
		}
	}
	return m
}
