namespace Webhooks.Endpoints;

/// <summary>A URL of a tenant that gets the messages that match it.</summary>
public sealed record WebhookEndpoint
{
    /// <summary>The endpoint's id: <c>ep_</c> and a time-ordered part, or the host's own. Unique within the tenant.</summary>
    public required string Id { get; init; }

    /// <summary>Whose endpoint it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>What its owner decided.</summary>
    public required EndpointSettings Settings { get; init; }

    /// <summary>Whether it takes part.</summary>
    public EndpointStatus Status { get; init; }

    /// <summary>Why it is disabled, for people; null while it is enabled.</summary>
    public string? DisabledReason { get; init; }

    /// <summary>When its pause ends; null while it is not paused. Dispatchers pause an endpoint that cannot keep up or fails.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Why it is paused; null while it is not.</summary>
    public PauseReason? PauseReason { get; init; }

    /// <summary>
    /// Since when every attempt has failed, as far as that was noted: the note is made with the first failures and taken back with
    /// the next success. Null while it does not fail.
    /// </summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>
    /// Grows with each change but a pause and a note of failures. It starts at the time of creation, so that an endpoint which takes the id of a
    /// deleted one never has a version that the other had.
    /// </summary>
    public required long Version { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }
}
