using System.Text.Json;

namespace Cyberun;

/// <summary>What subscribers are told of a task; <see cref="FlatEnvelope"/> writes type and time around it.</summary>
internal sealed record FinishedTask(string TaskId, string TaskStatus, JsonElement? TaskOutput, string TaskError);
