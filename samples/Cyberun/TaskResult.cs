using System.Text.Json;

namespace Cyberun;

/// <summary>How a task came to its end.</summary>
internal sealed record TaskResult(string TaskId, TaskOutcome Outcome, JsonElement? Output, string? Error);
