package account_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// scenarios are the ways of losing, doubling or resurrecting mail that have a test of
// their own, beside the randomized models, and the tests. Those of the second
// directory are of the program that works in both directions.
var scenarios = []struct {
	n    int
	name string // what happens
	dir  string
	test string
}{
	{1, "GapBelowUIDNext", ".", "TestGapBelowUIDNext"},
	{2, "CutInFirstWindow", ".", "TestCutInFirstWindow"},
	{3, "DescendingRowsCut", ".", "TestDescendingRowsCut"},
	{4, "StarReturnsLast", ".", "TestStarReturnsLast"},
	{5, "ValidityChangesBetweenPasses", ".", "TestValidityChangesBetweenPasses"},
	{6, "ValidityChangesInPass", ".", "TestValidityChangesInPass"},
	{7, "ValiditySameUIDNextLower", ".", "TestValiditySameUIDNextLower"},
	{8, "ValidityZero", ".", "TestValidityZero"},
	{9, "ModSeqRegressed", ".", "TestModSeqRegressed"},
	{10, "ModSeqInFuture", ".", "TestModSeqInFuture"},
	{11, "NoModSeqMailboxAmongOthers", ".", "TestNoModSeqMailboxAmongOthers"},
	{12, "HighestVanished", ".", "TestHighestVanished"},
	{13, "VanishedOfUnknown", ".", "TestVanishedOfUnknown"},
	{14, "VanishedOfAll", ".", "TestVanishedOfAll"},
	{15, "VanishedInFetchThenCut", ".", "TestVanishedInFetchThenCut"},
	{16, "RowModSeqAboveCode", ".", "TestRowModSeqAboveCode"},
	{17, "NoHighestModSeqCodeEver", ".", "TestNoHighestModSeqCodeEver"},
	{18, "AddAndDeleteEqualCount", ".", "TestAddAndDeleteEqualCount"},
	{19, "CountArithmeticZero", ".", "TestCountArithmeticZero"},
	{20, "FlagBelowUIDNextCondstore", ".", "TestFlagBelowUIDNext"},
	{21, "OmittedRowExists", ".", "TestOmittedRowExists"},
	{22, "EnableUnanswered", ".", "TestEnableUnanswered"},
	{23, "BadToVanished", ".", "TestBadToVanished"},
	{24, "RecentOnlyRow", ".", "TestRecentOnlyRow"},
	{25, "ExistsBeforePlus", ".", "TestExistsAtAnyInstant"},
	{26, "ExistsWithinSelect", ".", "TestExistsAtAnyInstant"},
	{27, "ExpungeDuringUIDSearch", ".", "TestExpungeDuringUIDSearch"},
	{28, "ExpungeOutOfRange", ".", "TestExpungeOutOfRange"},
	{29, "StatusFrozenWhileSelected", ".", "TestStatusFrozenWhileSelected"},
	{30, "NotifyStatusWithoutValidity", ".", "TestNotifyStatusWithoutValidity"},
	{31, "NotifyOverflow", ".", "TestNotifyOverflow"},
	{32, "IdleSilentDeath", ".", "TestIdleSilentDeath"},
	{33, "SleepOneDay", ".", "TestSleepOneDay"},
	{34, "StillHereKeepsAlive", ".", "TestStillHereKeepsAlive"},
	{35, "AppendOKLost", ".", "TestAppendOKLost"},
	{36, "AppendNeverArrived", ".", "TestAppendNeverArrived"},
	{37, "AppendTwinAlreadyThere", ".", "TestAppendTwinAlreadyThere"},
	{38, "MoveCutHalf", ".", "TestMoveCutHalf"},
	{39, "StoreEcho", ".", "TestStoreEcho"},
	{40, "PendingOverlay", "../examples/mirror", "TestPendingOverlay"},
	{41, "DeleteVsFlag", "../examples/mirror", "TestDeleteVsFlag"},
	{42, "MoveVsExpunge", "../examples/mirror", "TestMoveVsExpunge"},
	{43, "EmptyRoot", "../examples/mirror", "TestEmptyRoot"},
	{44, "KillBetweenRenameAndCommit", "../examples/mirror", "TestKillBetweenRenameAndCommit"},
	{45, "KillBetweenCommitAndUnlink", "../examples/mirror", "TestKillBetweenCommitAndUnlink"},
	{46, "KillWhilePhaseSent", "../examples/mirror", "TestKillWhilePhaseSent"},
	{47, "RenameWithMailboxID", ".", "TestRenameWithMailboxID"},
	{48, "RenameWithout", ".", "TestRenameWithout"},
	{49, "EmptyList", ".", "TestEmptyList"},
	{50, "ThirdConnectionRefused", ".", "TestThirdConnectionRefused"},
	{51, "GmailTooManyAsAuth", ".", "TestGmailTooManyAsAuth"},
	{52, "MicrosoftBackoff", ".", "TestMicrosoftBackoffIsObeyedByAll"},
	{53, "StormAfterSelect", ".", "TestStormAfterSelect"},
	{54, "TokenExpiresInIdle", ".", "TestTokenExpiresInIdle"},
	{55, "WrongPasswordOnce", ".", "TestWrongPasswordOnce"},
	{56, "TemporaryAuthAfterSuccess", ".", "TestTemporaryAuthAfterSuccess"},
	{57, "HerdOf1000", ".", "TestHerd"},
	{58, "NestedDoLimitOne", ".", "TestNestedDoLimitOne"},
	{59, "CancelInEveryState", ".", "TestCancelInEveryState"},
	{60, "MessageLimit1000", ".", "TestMessageLimit1000"},
	{61, "ReplaceKeepsForeignKeyword", ".", "TestReplaceKeepsForeignKeyword"},
	{62, "ForeignDeletedSurvives", ".", "TestForeignDeletedSurvives"},
}

// TestEachScenarioHasATest fails if one of the tests is gone.
func TestEachScenarioHasATest(t *testing.T) {
	tests := map[string]map[string]bool{}
	for i, s := range scenarios {
		assert.Equal(t, i+1, s.n)
		if tests[s.dir] == nil {
			tests[s.dir] = testsIn(t, s.dir)
		}
		assert.True(t, tests[s.dir][s.test], "scenario %d, %s: there is no %s in %s", s.n, s.name, s.test, s.dir)
	}
}

// testsIn returns the names of the tests in a directory.
func testsIn(t *testing.T, dir string) map[string]bool {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	names := map[string]bool{}
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
				names[fn.Name.Name] = true
			}
		}
	}
	return names
}
