namespace Cyberun;

/// <summary>The ways in which a task ends.</summary>
internal enum TaskOutcome
{
    Completed,
    Failed,
    TimedOut,
    AgentDisconnected,
}
