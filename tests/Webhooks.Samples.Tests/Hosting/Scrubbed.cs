using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Webhooks.TestKit;

namespace Webhooks.Samples.Tests.Hosting;

/// <summary>Snapshots of what samples answer, with the ids, secrets and times that change from run to run taken out.</summary>
internal static partial class Scrubbed
{
    public static void Match(string text, [CallerFilePath] string callerFilePath = "", [CallerMemberName] string callerMemberName = "")
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var scrubbed = ChangingParts().Replace(text, match =>
        {
            if (!names.TryGetValue(match.Value, out var name))
            {
                var prefix = match.Groups["prefix"].Value;
                names[match.Value] = name = $"{(prefix.Length > 0 ? prefix : "uuid_")}{names.Count + 1}";
            }

            return name;
        });
        Snapshot.Match(scrubbed, name: null, callerFilePath, callerMemberName);
    }

    [GeneratedRegex(
        @"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|(?<prefix>whsec_)[A-Za-z0-9+/=]+|\b(?<prefix>wh_|del_)[0-9a-z]+|(?<=""traceId"": "")[^""]+",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex ChangingParts();
}
