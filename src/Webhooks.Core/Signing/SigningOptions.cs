using Webhooks.Validation;

namespace Webhooks.Signing;

/// <summary>How attempts are signed.</summary>
public sealed class SigningOptions
{
    /// <summary>The most schemes that sign one request.</summary>
    internal const int MaxSchemesOfRequest = 8;

    /// <summary>
    /// The names of the schemes that sign the requests of endpoints which choose none themselves: 1 to 8. Default: <c>v1</c>, which is
    /// used where the list is empty.
    /// </summary>
    public IList<string> Default { get; set; } = [];

    /// <summary>
    /// The schemes by their names, 1 to 64 of <c>A-Z a-z 0-9 _ -</c>, in which case does not count. Those of <see cref="SigningSchemeNames"/> are there, can be
    /// changed, and more can be added.
    /// </summary>
    public IDictionary<string, SigningScheme> Schemes { get; } = new Dictionary<string, SigningScheme>(StringComparer.OrdinalIgnoreCase)
    {
        [SigningSchemeNames.StandardWebhooks] = SigningScheme.StandardWebhooks,
        [SigningSchemeNames.Svix] = SigningScheme.Svix,
        [SigningSchemeNames.Stripe] = SigningScheme.Stripe,
        [SigningSchemeNames.GitHub] = SigningScheme.GitHub,
        [SigningSchemeNames.Slack] = SigningScheme.Slack,
        [SigningSchemeNames.Shopify] = SigningScheme.Shopify,
    };

    /// <summary>How long an old secret is signed with after a rotation that says nothing else, 0 to 7 days. Default: 24 hours.</summary>
    [TimeSpanRange("00:00:00", "7.00:00:00")]
    public TimeSpan SecretGracePeriod { get; set; } = TimeSpan.FromHours(24);
}
