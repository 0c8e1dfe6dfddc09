namespace Webhooks.Addresses;

/// <summary>Whether host names may be used, and why.</summary>
/// <param name="Pattern">A name, <c>*.</c> and a name for all below it, or <c>*</c>; in ASCII and lower case.</param>
/// <param name="IsAllowed">Whether they may be used.</param>
/// <param name="Reason">What these names are, or which setting says so.</param>
internal sealed record HostRule(string Pattern, bool IsAllowed, string Reason)
{
    private const string All = "*";
    private const string Below = "*.";

    /// <summary>How exact the pattern is: any name is more exact than any wildcard.</summary>
    public int Specificity => Pattern.StartsWith('*') ? Pattern.Length : int.MaxValue;

    public bool Matches(string name)
    {
        if (Pattern is All)
        {
            return true;
        }

        return Pattern.StartsWith(Below, StringComparison.Ordinal)
            ? name.Length > Pattern.Length - 1 && name.EndsWith(Pattern[1..], StringComparison.Ordinal)
            : string.Equals(name, Pattern, StringComparison.Ordinal);
    }

    /// <summary>Reads a pattern; returns null for what is none.</summary>
    public static string? Parse(string? text)
    {
        if (text is All)
        {
            return text;
        }

        var prefix = text?.StartsWith(Below, StringComparison.Ordinal) == true ? Below : "";
        var name = text?[prefix.Length..];
        return !string.IsNullOrEmpty(name)
            && Uri.CheckHostName(name) == UriHostNameType.Dns
            && Uri.TryCreate($"https://{name}/", UriKind.Absolute, out var uri)
            && HostName.ToAscii(uri) is { } ascii
            ? prefix + ascii
            : null;
    }
}
