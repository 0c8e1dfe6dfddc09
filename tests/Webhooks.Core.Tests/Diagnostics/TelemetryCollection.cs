namespace Webhooks.Core.Tests.Diagnostics;

/// <summary>Tests that listen to everything that the library does in this process: nothing else runs meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryCollection
{
    public const string Name = "telemetry";
}
