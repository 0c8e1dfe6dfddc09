using System.ComponentModel;
using System.Text.Json;

namespace Cyberdesk.Runs;

/// <summary>A run as the API and webhooks show it: without secrets, and in webhooks without its message history.</summary>
internal sealed record RunResponse(
    [property: Description("The run's id. It is the message's id, too, unless the run was retried.")] string Id,
    string WorkflowId,
    RunStatus Status,
    string? Error,
    JsonElement? OutputData,
    IReadOnlyDictionary<string, JsonElement> InputValues,
    [property: Description("The identifier of the secret that was used for each sensitive input.")]
    IReadOnlyDictionary<string, string> SensitiveInputAliases,
    IReadOnlyList<string> InputAttachmentIds,
    IReadOnlyList<string> OutputAttachmentIds,
    [property: Description("An array, in which names are unique where the workflow's are.")] IReadOnlyList<PostRunCheck> PostRunChecks,
    bool ReleaseSessionAfter,
    DateTimeOffset CreatedAt)
{
    /// <summary>An example, for the event catalog and test events.</summary>
    public static RunResponse Example { get; } = Of(new FinishedRun
    {
        Id = "7d0fb8c4-4a6e-4f2b-9f43-3f1f8f0f2a11",
        WorkflowId = "5b9c4d1e-3c1f-4a51-8f0e-2a9d6f4c7b10",
        Status = RunStatus.Success,
        OutputData = JsonSerializer.Deserialize<JsonElement>("""{"summary":"The encounter was set up."}"""),
        CreatedAt = new DateTimeOffset(2025, 8, 16, 19, 18, 2, TimeSpan.Zero),
        CompletedAt = new DateTimeOffset(2025, 8, 16, 19, 19, 44, TimeSpan.Zero),
    });

    public static RunResponse Of(FinishedRun run) => new(
        run.Id,
        run.WorkflowId,
        run.Status,
        run.Error,
        run.OutputData,
        run.InputValues,
        run.SensitiveInputs.ToDictionary(input => input.Key, input => input.Value.Alias, StringComparer.Ordinal),
        run.InputAttachmentIds,
        run.OutputAttachmentIds,
        run.PostRunChecks,
        run.ReleaseSessionAfter,
        run.CreatedAt);
}
