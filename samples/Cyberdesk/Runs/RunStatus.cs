namespace Cyberdesk.Runs;

/// <summary>The terminal states of a run.</summary>
internal enum RunStatus
{
    Success,
    Error,
    TaskFailed,
    Cancelled,
}
