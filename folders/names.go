package folders

import (
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// usualNames maps the names that mail programs and providers give, folded, to roles.
var usualNames = func() map[string]response.MailboxAttr {
	names := make(map[string]response.MailboxAttr)
	for role, list := range map[response.MailboxAttr]string{
		// English; German; French; Spanish; Italian; Portuguese; Dutch; Danish, Norwegian, Swedish;
		// Finnish; Polish; Czech, Slovak; Hungarian; Romanian; Turkish; Greek; Russian, Ukrainian;
		// Chinese; Japanese; Korean
		response.AttrSent: `Sent, Sent Items, Sent Mail, Sent Messages, Sent Elements, Outbox Sent, Gesendet, Gesendete Objekte, Gesendete Elemente,
			Gesendete Nachrichten, Envoyés, Éléments envoyés, Messages envoyés, Courrier envoyé, Enviados, Elementos enviados, Mensajes enviados,
			Correo enviado, Inviati, Posta inviata, Messaggi inviati, Elementi inviati, Itens enviados, E-mails enviados, Mensagens enviadas,
			Verzonden, Verzonden items, Verzonden berichten, Sendt, Sendte elementer, Sendt post, Skickat, Skickade objekt, Skickade meddelanden,
			Lähetetyt, Lähetetyt viestit, Wysłane, Elementy wysłane, Odeslané, Odeslaná pošta, Odoslané, Odoslaná pošta, Elküldött, Elküldött elemek,
			Trimise, Elemente trimise, Gönderilmiş, Gönderilmiş Öğeler, Gönderilenler, Απεσταλμένα, Отправленные, Надіслані, 已发送, 已发送邮件, 已傳送,
			寄件備份, 送信済み, 送信済みアイテム, 送信済みメール, 보낸 편지함, 보낸편지함`,
		response.AttrDrafts: `Drafts, Draft, Draft Messages, Entwürfe, Entwurf, Brouillons, Brouillon, Borradores, Borrador, Bozze, Bozza, Rascunhos, Rascunho,
			Concepten, Kladder, Kladde, Utkast, Luonnokset, Wersje robocze, Szkice, Koncepty, Rozepsané, Rozpísané, Piszkozatok, Schițe, Ciorne, Taslaklar,
			Πρόχειρα, Черновики, Чернетки, 草稿, 草稿箱, 草稿匣, 下書き, 임시 보관함, 임시보관함`,
		response.AttrTrash: `Trash, Deleted, Deleted Items, Deleted Messages, Deleted Elements, Bin, Wastebasket, Papierkorb, Gelöscht, Gelöschte Objekte, Gelöschte Elemente,
			Corbeille, Éléments supprimés, Messages supprimés, Papelera, Papelera de reciclaje, Elementos eliminados, Eliminados, Cestino,
			Posta eliminata, Elementi eliminati, Lixo, Lixeira, Itens excluídos, Itens eliminados, Prullenbak, Prullenmand, Verwijderde items,
			Papirkurv, Slettet, Slettede elementer, Slettet post, Søppel, Papperskorg, Papperskorgen, Borttaget, Borttagna objekt, Roskakori, Poistetut,
			Kosz, Elementy usunięte, Koš, Odstraněná pošta, Kôš, Odstránené, Kuka, Törölt elemek, Coș, Coș de gunoi, Elemente șterse, Çöp, Çöp Kutusu,
			Silinmiş Öğeler, Κάδος, Διαγραμμένα, Корзина, Удаленные, Удалённые, Кошик, Видалені, 已删除, 已删除邮件, 垃圾桶, 回收站, 刪除的郵件,
			ゴミ箱, 削除済みアイテム, 휴지통, 지운 편지함`,
		response.AttrJunk: `Junk, Junk E-mail, Junk Mail, Spam, Bulk, Bulk Mail, Quarantine Spam, Unerwünscht, Spamverdacht, Junk-E-Mail, Pourriel, Courrier indésirable, Indésirables,
			Correo no deseado, Correo basura, No deseado, Posta indesiderata, Indesiderata, Lixo eletrônico, Lixo electrónico, Ongewenste e-mail, Ongewenst,
			Uønsket, Uønsket e-post, Skräppost, Roskaposti, Niechciane, Wiadomości-śmieci, Nevyžádaná pošta, Nevyžiadaná pošta, Levélszemét,
			Mesaje nedorite, Önemsiz, Önemsiz E-posta, İstenmeyen, Ανεπιθύμητα, Спам, Нежелательная почта, Небажана пошта, 垃圾邮件, 垃圾郵件,
			迷惑メール, 스팸, 스팸메일함, 정크 메일`,
		response.AttrArchive: `Archive, Archives, Archived, Archiv, Archivo, Archivio, Arquivo, Archief, Arkiv, Arkisto, Archiwum, Archív, Archívum, Arhivă, Arşiv,
			Αρχειοθήκη, Архив, Архів, 归档, 封存, 存档, アーカイブ, 보관함`,
		response.AttrFlagged: `Starred, Flagged, Markiert, Suivis, Destacados, Speciali, Com estrela, Met ster, Stjernemarkeret, Stjärnmärkt, Помеченные, 已加星标, スター付き`,
		response.AttrAll:     `All Mail, Alle Nachrichten, Tous les messages, Todos, Todos los mensajes, Tutti i messaggi, Todos os e-mails, Alle berichten, Вся почта, 所有邮件, すべてのメール, 전체보관함`,
	} {
		for name := range strings.SplitSeq(list, ",") {
			names[fold(strings.TrimSpace(name))] = role
		}
	}
	return names
}()
