using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Webhooks.TestKit;

/// <summary>
/// Compares text with an approved file beside the test. On a mismatch the text is left as <c>*.received.txt</c>;
/// <c>ACCEPT_SNAPSHOTS=1</c> approves it instead.
/// </summary>
public static partial class Snapshot
{
    /// <summary>The environment variable that approves whatever is received.</summary>
    public const string AcceptVariable = "ACCEPT_SNAPSHOTS";

    /// <summary>Compares text with <c>{name}.approved.txt</c>; ids and times count only by their order of appearance.</summary>
    /// <param name="actual">The text.</param>
    /// <param name="name">The approved file's name; null for that of the test's file and method.</param>
    /// <param name="callerFilePath">Filled in by the compiler.</param>
    /// <param name="callerMemberName">Filled in by the compiler.</param>
    /// <exception cref="SnapshotMismatchException">The text is another than the approved.</exception>
    public static void Match(
        string actual,
        string? name = null,
        [CallerFilePath] string callerFilePath = "",
        [CallerMemberName] string callerMemberName = "")
    {
        var source = Repository.SourcePath(callerFilePath);
        name ??= $"{Path.GetFileNameWithoutExtension(source)}.{callerMemberName}";
        var path = Path.Combine(Path.GetDirectoryName(source)!, name);
        var accept = Environment.GetEnvironmentVariable(AcceptVariable) is "1";
        Compare(Scrub(actual), $"{path}.approved.txt", $"{path}.received.txt", accept);
    }

    /// <summary>Replaces our ids by <c>msg_1</c>, <c>msg_2</c>, … and ISO 8601 times by <c>time_1</c>, …; the same one alike.</summary>
    /// <param name="text">The text.</param>
    public static string Scrub(string text)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        return ChangingParts().Replace(text, match =>
        {
            if (!names.TryGetValue(match.Value, out var name))
            {
                var kind = match.Groups["prefix"] is { Success: true } prefix ? prefix.Value : "time_";
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
                names[match.Value] = name = $"{kind}{counts[kind]}";
            }

            return name;
        });
    }

    internal static void Compare(string actual, string approvedPath, string receivedPath, bool accept)
    {
        var received = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";
        if (received == approved || accept)
        {
            File.Delete(receivedPath);
            if (received != approved)
            {
                File.WriteAllText(approvedPath, received);
            }

            return;
        }

        File.WriteAllText(receivedPath, received);
        throw new SnapshotMismatchException(
            $"""
            The text is not the one in {Path.GetFileName(approvedPath)} (- approved, + received):

            {LineDiff.Between(approved.TrimEnd(), received.TrimEnd())}
            It was written to {receivedPath}. Run the test with {AcceptVariable}=1 to approve it.
            """);
    }

    [GeneratedRegex(
        @"(?<![A-Za-z0-9_])(?<prefix>msg_|ep_|dlv_|atmpt_)[0-9a-hjkmnp-tv-z]{26}(?![A-Za-z0-9_])"
        + @"|\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex ChangingParts();
}
