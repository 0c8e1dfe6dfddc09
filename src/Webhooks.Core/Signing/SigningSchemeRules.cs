using System.Buffers;
using Webhooks.Http;

namespace Webhooks.Signing;

/// <summary>The rules of a <see cref="SigningScheme"/>.</summary>
internal static class SigningSchemeRules
{
    public const int MaxNameLength = 64;

    private const int MaxContentLength = 64;
    private const int MaxPrefixLength = 16;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength } && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <exception cref="WebhookValidationException">The scheme breaks a rule; all that it breaks are named.</exception>
    public static void Check(SigningScheme scheme)
    {
        var problems = FindProblems(scheme).ToList();
        if (problems.Count > 0)
        {
            throw new WebhookValidationException(
                [.. problems.Select(static problem => new WebhookValidationError(problem.Field, "scheme", value: null, problem.Problem))]);
        }
    }

    /// <summary>Finds the rules that a scheme breaks.</summary>
    /// <returns>The field of each, and what is wrong.</returns>
    public static IEnumerable<(string Field, string Problem)> FindProblems(SigningScheme scheme)
    {
        if (!IsHeader(scheme.SignatureHeader))
        {
            yield return (nameof(scheme.SignatureHeader), HeaderProblem(scheme.SignatureHeader));
        }

        if (scheme.IdHeader is { } idHeader && !IsHeader(idHeader))
        {
            yield return (nameof(scheme.IdHeader), HeaderProblem(idHeader));
        }

        if (scheme.TimestampHeader is { } timestampHeader && !IsHeader(timestampHeader))
        {
            yield return (nameof(scheme.TimestampHeader), HeaderProblem(timestampHeader));
        }

        string?[] headers = [scheme.SignatureHeader, scheme.IdHeader, scheme.TimestampHeader];
        if (headers.OfType<string>().GroupBy(static name => name, StringComparer.OrdinalIgnoreCase).Any(static same => same.Count() > 1))
        {
            yield return (nameof(scheme.SignatureHeader), "must be another than IdHeader and TimestampHeader, and these two from each other.");
        }

        foreach (var problem in FindContentProblems(scheme))
        {
            yield return (nameof(scheme.SignedContent), problem);
        }

        if (scheme.SignaturePrefix is null || !IsPrefix(scheme.SignaturePrefix))
        {
            yield return (nameof(scheme.SignaturePrefix), $"must be at most {MaxPrefixLength} visible ASCII characters; it is '{scheme.SignaturePrefix}'.");
        }

        if (scheme.TimestampPrefix is { } timestampPrefix && (timestampPrefix.Length == 0 || !IsPrefix(timestampPrefix)))
        {
            yield return (nameof(scheme.TimestampPrefix), $"must be 1 to {MaxPrefixLength} visible ASCII characters; it is '{timestampPrefix}'.");
        }

        if (scheme.Separator is { } separator && separator is not (' ' or ',' or ';'))
        {
            yield return (nameof(scheme.Separator), $"must be a space, a comma or a semicolon; it is '{separator}'.");
        }

        if (scheme is { TimestampPrefix: not null, Separator: null })
        {
            yield return (nameof(scheme.Separator), "must be set where TimestampPrefix is: it stands between the time and the signature.");
        }

        foreach (var problem in FindListProblems(scheme))
        {
            yield return problem;
        }

        if (!Enum.IsDefined(scheme.Hash))
        {
            yield return (nameof(scheme.Hash), $"must be Sha256 or Sha512; it is {scheme.Hash}.");
        }

        if (!Enum.IsDefined(scheme.Encoding))
        {
            yield return (nameof(scheme.Encoding), $"must be Hex or Base64; it is {scheme.Encoding}.");
        }

        if (!Enum.IsDefined(scheme.Key))
        {
            yield return (nameof(scheme.Key), $"must be Text or Decoded; it is {scheme.Key}.");
        }
    }

    /// <summary>What would keep a receiver from taking the header apart again.</summary>
    private static IEnumerable<(string Field, string Problem)> FindListProblems(SigningScheme scheme)
    {
        if (scheme.Separator is { } separator)
        {
            if (scheme.SignaturePrefix?.Contains(separator, StringComparison.Ordinal) == true)
            {
                yield return (nameof(scheme.SignaturePrefix), $"must not hold the separator '{separator}'; it is '{scheme.SignaturePrefix}'.");
            }

            if (scheme.TimestampPrefix?.Contains(separator, StringComparison.Ordinal) == true)
            {
                yield return (nameof(scheme.TimestampPrefix), $"must not hold the separator '{separator}'; it is '{scheme.TimestampPrefix}'.");
            }
        }

        if (scheme is { TimestampPrefix: { Length: > 0 } time, SignaturePrefix: { } signature }
            && (time.StartsWith(signature, StringComparison.Ordinal) || signature.StartsWith(time, StringComparison.Ordinal)))
        {
            yield return (
                nameof(scheme.TimestampPrefix),
                $"must tell the time from a signature: neither it nor SignaturePrefix may begin with the other; they are '{time}' and '{signature}'.");
        }
    }

    private static IEnumerable<string> FindContentProblems(SigningScheme scheme)
    {
        var content = scheme.SignedContent ?? "";
        if (content.Length > MaxContentLength
            || !content.EndsWith(SignedContent.Body, StringComparison.Ordinal)
            || !HasOnlyPlaceholders(content)
            || content.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            yield return $"must be at most {MaxContentLength} ASCII characters that end with '{{body}}', with '{{id}}' and '{{timestamp}}' "
                + $"each at most once before it, such as '{{id}}.{{timestamp}}.{{body}}'; it is '{content}'.";
        }

        if (content.Contains(SignedContent.Id, StringComparison.Ordinal) && scheme.IdHeader is null)
        {
            yield return "must not sign an id that is not sent: set IdHeader.";
        }

        if (content.Contains(SignedContent.Timestamp, StringComparison.Ordinal)
            && scheme is { TimestampHeader: null, TimestampPrefix: null })
        {
            yield return "must not sign a time that is not sent: set TimestampHeader or TimestampPrefix.";
        }
    }

    /// <summary>Whether each brace belongs to a placeholder, and none of these is there twice.</summary>
    private static bool HasOnlyPlaceholders(string content)
    {
        int[] counts =
        [
            content.AsSpan().Count(SignedContent.Id),
            content.AsSpan().Count(SignedContent.Timestamp),
            content.AsSpan().Count(SignedContent.Body),
        ];
        return counts.All(static count => count <= 1) && content.AsSpan().Count('{') == counts.Sum() && content.AsSpan().Count('}') == counts.Sum();
    }

    private static bool IsHeader(string? name) => HeaderFields.IsName(name) && !ReservedHeaders.IsOfHttp(name!);

    private static string HeaderProblem(string? name) =>
        $"must be the name of a header (RFC 9110, section 5.6.2) that HTTP itself does not use; it is '{name}'.";

    private static bool IsPrefix(string prefix) =>
        prefix.Length <= MaxPrefixLength && !prefix.AsSpan().ContainsAnyExceptInRange('!', '~');
}
