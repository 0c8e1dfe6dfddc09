using System.Text.Json;

namespace Cyberdesk.Runs;

/// <summary>A run that came to its end and whose post-run checks are through, as the product knows it.</summary>
internal sealed record FinishedRun
{
    public required string Id { get; init; }

    /// <summary>1 for the first time; more when the run was retried.</summary>
    public int Attempt { get; init; } = 1;

    public required string WorkflowId { get; init; }

    public required RunStatus Status { get; init; }

    public string? Error { get; init; }

    public JsonElement? OutputData { get; init; }

    public IReadOnlyDictionary<string, JsonElement> InputValues { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, SensitiveInput> SensitiveInputs { get; init; } =
        new Dictionary<string, SensitiveInput>(StringComparer.Ordinal);

    public IReadOnlyList<string> InputAttachmentIds { get; init; } = [];

    public IReadOnlyList<string> OutputAttachmentIds { get; init; } = [];

    public IReadOnlyList<PostRunCheck> PostRunChecks { get; init; } = [];

    public bool ReleaseSessionAfter { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>What the agent and the model said to each other; it can be very large.</summary>
    public JsonElement? RunMessageHistory { get; init; }
}
