package commands_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

func TestQuota(t *testing.T) {
	storage := QuotaLimit{response.QuotaStorage, 510}
	check(t, []golden{
		{rev1, GetQuota{"!partition/sda4"}, "GETQUOTA !partition/sda4"}, // RFC 9208 §4.1.1
		{rev1, GetQuota{""}, `GETQUOTA ""`},
		{rev1, GetQuota{"User quota"}, `GETQUOTA "User quota"`},
		{rev1, GetQuota{"nil"}, `GETQUOTA "nil"`},
		{rev1, GetQuota{"Größe"}, "GETQUOTA {7}⏎⏳Größe"},
		{rev2, GetQuota{"Größe"}, `GETQUOTA "Größe"`},
		{plus, GetQuota{"b\xe4d"}, "GETQUOTA {3+}⏎b\xe4d"}, // any octets: as the server told it
		{rev1, GetQuota{"a\r\nA2 LOGOUT"}, "GETQUOTA {12}⏎⏳a⏎A2 LOGOUT"},
		{rev1, GetQuota{"a\x00b"}, "error: GETQUOTA: quota root \"a\\x00b\" contains NUL"},

		{rev1, GetQuotaRoot{"inbox"}, "GETQUOTAROOT INBOX"}, // RFC 9208 §4.1.2
		{rev1, GetQuotaRoot{"Entwürfe"}, "GETQUOTAROOT Entw&APw-rfe"},
		{rev2, GetQuotaRoot{"Entwürfe"}, `GETQUOTAROOT "Entwürfe"`},
		{rev1, GetQuotaRoot{RawMailbox("R&D")}, "GETQUOTAROOT R&D"},
		{rev1, GetQuotaRoot{"a\r\nb"}, "GETQUOTAROOT a&AA0ACg-b"},
		{rev1, GetQuotaRoot{"b\xe4d"}, "error: GETQUOTAROOT: mailbox \"b\\xe4d\" is not UTF-8"},

		{rev1, SetQuota{"#user/alice", []QuotaLimit{storage}}, "SETQUOTA #user/alice (STORAGE 510)"}, // RFC 9208 §4.1.3
		{rev1, SetQuota{"", []QuotaLimit{storage, {response.QuotaMessage, 0}}}, `SETQUOTA "" (STORAGE 510 MESSAGE 0)`},
		{rev1, SetQuota{"", []QuotaLimit{{response.QuotaAnnotationStorage, math.MaxInt64}}}, `SETQUOTA "" (ANNOTATION-STORAGE 9223372036854775807)`},
		{rev1, SetQuota{Root: "a"}, "SETQUOTA a ()"},
		{rev1, SetQuota{"a) (b", []QuotaLimit{storage}}, `SETQUOTA "a) (b" (STORAGE 510)`},
		{rev1, SetQuota{"a", []QuotaLimit{{"X 1) (Y", 1}}}, `error: SETQUOTA: resource "X 1) (Y" contains a character that is not allowed in an atom`},
		{rev1, SetQuota{"a", []QuotaLimit{{"", 1}}}, "error: SETQUOTA: resource is empty"},
		{rev1, SetQuota{"a", []QuotaLimit{storage, {"storage", 1}}}, `error: SETQUOTA: resource "STORAGE" occurs twice`},
		{rev1, SetQuota{"a", []QuotaLimit{{response.QuotaMailbox, -1}}}, "error: SETQUOTA: limit -1 is negative"},
		{rev1, SetQuota{"\x00", []QuotaLimit{storage}}, "error: SETQUOTA: quota root \"\\x00\" contains NUL"},
	})
}

func TestQuotaRunsBesideOthers(t *testing.T) {
	quota := []Command{GetQuota{"a"}, GetQuotaRoot{"b"}, SetQuota{"c", nil}, GetQuota{"a"}}
	assert.Equal(t, -1, waits(quota...))
	assert.Equal(t, -1, waits(append(quota, UIDFetch{}, UIDStore{}, Status{Mailbox: "b"})...))
	for _, c := range quota {
		assert.Equal(t, 1, waits(c, SeqFetch{}), "%s permits EXPUNGE", c.Name())
		assert.Equal(t, 1, waits(c, Select{}), c.Name())
		assert.Equal(t, -1, waits(Select{}, c), c.Name())
	}
}
