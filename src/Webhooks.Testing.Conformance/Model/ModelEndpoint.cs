using Webhooks.Storage;

namespace Webhooks.Testing.Conformance.Model;

/// <summary>An endpoint as the reference model has it.</summary>
internal sealed class ModelEndpoint(EndpointKey key)
{
    public EndpointKey Key { get; } = key;

    public bool Exists { get; set; } = true;

    public bool IsEnabled { get; set; } = true;

    public long Version { get; set; } = 1;

    public DateTimeOffset? PausedUntil { get; set; }

    public string? PausedBy { get; set; }

    public bool TakesDeliveries => Exists && IsEnabled && PausedUntil is null;

    public bool IsPauseOver(DateTimeOffset now) => Exists && IsEnabled && PausedUntil <= now;
}
