namespace Cyberdesk.Runs;

/// <summary>What a check found after a run.</summary>
internal sealed record PostRunCheck(
    string Name, string Status, string? ErrorMessage, IReadOnlyList<string> Messages, IReadOnlyList<string> MatchedFilenames);
