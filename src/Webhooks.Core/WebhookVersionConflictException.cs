namespace Webhooks;

/// <summary>An endpoint has another version than the one that a change was based on. Nothing was changed; read it again and decide anew.</summary>
/// <param name="endpointId">The endpoint.</param>
/// <param name="version">The version that it has.</param>
/// <param name="expectedVersion">The version that the change was based on.</param>
public sealed class WebhookVersionConflictException(string endpointId, long version, long expectedVersion)
    : WebhookConflictException(
        $"Endpoint '{endpointId}' has version {version}, not {expectedVersion}: it was changed meanwhile. Read it again and decide anew.")
{
    /// <summary>The version that the endpoint has.</summary>
    public long Version { get; } = version;

    /// <summary>The version that the change was based on.</summary>
    public long ExpectedVersion { get; } = expectedVersion;
}
