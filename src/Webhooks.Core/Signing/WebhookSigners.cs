using Microsoft.Extensions.Options;

namespace Webhooks.Signing;

/// <summary>The signers of the application by their names: those of the configured schemes, and those that the host registered.</summary>
internal sealed class WebhookSigners
{
    private readonly Dictionary<string, IWebhookSigner> _signers = new(StringComparer.OrdinalIgnoreCase);

    public WebhookSigners(IEnumerable<IWebhookSigner> registered, IOptions<WebhooksOptions> options)
    {
        var signing = options.Value.Signing;
        foreach (var (name, scheme) in signing.Schemes)
        {
            _signers[name] = new SchemeSigner(name, scheme);
        }

        foreach (var signer in registered)
        {
            if (!SigningSchemeRules.IsName(signer.Name))
            {
                throw new InvalidOperationException(
                    $"The name '{signer.Name}' of {signer.GetType()} is not one: 1 to {SigningSchemeRules.MaxNameLength} of A-Z, a-z, 0-9, "
                        + "'_' and '-'.");
            }

            _signers[signer.Name] = signer;
        }

        Default = signing.Default.Count > 0 ? [.. signing.Default] : [SigningSchemeNames.StandardWebhooks];
        if (FindProblem(Default) is { } problem)
        {
            throw new OptionsValidationException(
                nameof(WebhooksOptions), typeof(WebhooksOptions), [$"Signing.Default: {problem}"]);
        }
    }

    /// <summary>The names of the schemes of endpoints that choose none themselves.</summary>
    public IReadOnlyList<string> Default { get; }

    /// <summary>The names of the headers that any of them sets.</summary>
    public IEnumerable<string> HeaderNames => _signers.Values.SelectMany(static signer => signer.HeaderNames);

    /// <summary>Finds the signers of an endpoint; those whose names are not known any more are not among them.</summary>
    /// <param name="names">What the endpoint chose; null for the application's choice.</param>
    public IEnumerable<IWebhookSigner> Find(IReadOnlyList<string>? names)
    {
        foreach (var name in names ?? Default)
        {
            if (_signers.TryGetValue(name, out var signer))
            {
                yield return signer;
            }
        }
    }

    /// <summary>What is wrong with a choice of schemes; null for nothing.</summary>
    public string? FindProblem(IReadOnlyList<string> names)
    {
        if (names.Count is 0 or > SigningOptions.MaxSchemesOfRequest)
        {
            return $"has {names.Count} schemes; 1 to {SigningOptions.MaxSchemesOfRequest} are allowed.";
        }

        if (names.FirstOrDefault(name => name is null || !_signers.ContainsKey(name)) is { } unknown)
        {
            return $"'{unknown}' is not the name of a scheme. There are: {string.Join(", ", _signers.Keys.Order(StringComparer.Ordinal))}.";
        }

        if (names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count)
        {
            return "names a scheme twice.";
        }

        return FindClash([.. names.Select(name => _signers[name]).OfType<SchemeSigner>()]);
    }

    /// <summary>
    /// Two schemes can share the headers of id and time, which have one value, and the header of their signatures where both make
    /// lists of the same form in it.
    /// </summary>
    private static string? FindClash(SchemeSigner[] signers)
    {
        foreach (var signer in signers)
        {
            foreach (var other in signers.Where(other => other != signer))
            {
                var clash = signer.HeaderNames.FirstOrDefault(header => other.HeaderNames.Contains(header, StringComparer.OrdinalIgnoreCase)
                    && !CanShare(header, signer.Scheme, other.Scheme));
                if (clash is not null)
                {
                    return $"has '{signer.Name}' and '{other.Name}', which both set the header '{clash}': give one of them another.";
                }
            }
        }

        return null;
    }

    private static bool CanShare(string header, SigningScheme one, SigningScheme other) =>
        (IsSame(header, one.IdHeader) && IsSame(header, other.IdHeader))
        || (IsSame(header, one.TimestampHeader) && IsSame(header, other.TimestampHeader))
        || (IsSame(header, one.SignatureHeader)
            && IsSame(header, other.SignatureHeader)
            && one is { Separator: not null, TimestampPrefix: null }
            && other is { TimestampPrefix: null }
            && one.Separator == other.Separator);

    private static bool IsSame(string header, string? other) => string.Equals(header, other, StringComparison.OrdinalIgnoreCase);
}
