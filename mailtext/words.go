package mailtext

import "strings"

// Words by which mail programs say that they quote or forward, in lower case.
var (
	forwardWords = linesOf(`forwarded message
begin forwarded message
forwarded by
weitergeleitete nachricht
anfang der weitergeleiteten nachricht
message transféré
début du message transféré
début du message réexpédié
mensaje reenviado
inicio del mensaje reenviado
messaggio inoltrato
inizio messaggio inoltrato
mensagem encaminhada
doorgestuurd bericht
begin doorgestuurd bericht
vidarebefordrat meddelande
videresendt besked
videresendt melding
edelleenlähetetty viesti
przekazana wiadomość
přeposlaná zpráva
пересылаемое сообщение
пересылаемое письмо
転送メッセージ
転送されたメッセージ
转发的邮件
转发邮件信息
轉寄郵件`)

	originalWords = linesOf(`original message
original appointment
ursprüngliche nachricht
originalnachricht
message d'origine
message original
mensaje original
messaggio originale
mensagem original
oorspronkelijk bericht
ursprungligt meddelande
oprindelig meddelelse
opprinnelig melding
alkuperäinen viesti
oryginalna wiadomość
původní zpráva
исходное сообщение
元のメッセージ
原始邮件
邮件原件
原始郵件`)

	wroteWords = linesOf(` wrote:
 writes:
schrieb
 a écrit
escribió
ha scritto
escreveu
 schreef
 skrev
kirjoitti
napisał
napsal
пишет
написал
写道
寫道
さんは書きました
のメール
のメッセージ`)

	attributionStarts = linesOf(`on 
am 
le 
el 
il 
em 
op 
den 
på 
w dniu 
dne 
在 
于 
`)

	// headerNames are the names of From, Sent, To, Subject, Date, Cc in each language.
	headerNames = [][]string{
		{"from", "sent", "to", "subject", "date", "cc", "reply-to"},
		{"von", "gesendet", "an", "betreff", "datum", "cc", "antwort an"},
		{"de", "envoyé", "à", "objet", "date", "cc"},
		{"de", "enviado", "para", "asunto", "fecha", "cc", "enviado el"},
		{"da", "inviato", "a", "oggetto", "data", "cc"},
		{"de", "enviado", "para", "assunto", "data", "cc", "enviada em"},
		{"van", "verzonden", "aan", "onderwerp", "datum", "cc"},
		{"från", "skickat", "till", "ämne", "datum", "kopia"},
		{"fra", "sendt", "til", "emne", "dato", "cc"},
		{"lähettäjä", "lähetetty", "vastaanottaja", "aihe", "päivämäärä", "kopio"},
		{"od", "wysłano", "do", "temat", "data", "dw", "wysłane"},
		{"od", "odesláno", "komu", "předmět", "datum", "kopie"},
		{"от", "отправлено", "кому", "тема", "дата", "копия"},
		{"差出人", "送信日時", "宛先", "件名", "日時", "cc"},
		{"发件人", "发送时间", "收件人", "主题", "日期", "抄送"},
		{"寄件者", "傳送時間", "收件者", "主旨", "日期", "副本"},
	}
)

func linesOf(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }
