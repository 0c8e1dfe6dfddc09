namespace Cyberun;

/// <summary>The event types that can be subscribed to.</summary>
internal static class TaskEvents
{
    public const string Completed = "task.completed";
    public const string Failed = "task.failed";

    public static IReadOnlyList<string> All { get; } = [Completed, Failed];
}
