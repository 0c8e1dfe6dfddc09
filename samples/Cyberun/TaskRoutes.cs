using Cyberun.Teams;
using Webhooks.Publishing;

namespace Cyberun;

/// <summary>Stands for the product: a task of the team came to its end.</summary>
internal static class TaskRoutes
{
    public static async Task<IResult> FinishAsync(
        TaskResult result, HttpContext context, IWebhookPublisher webhooks, CancellationToken ct)
    {
        var isCompleted = result.Outcome == TaskOutcome.Completed;
        var task = new FinishedTask(
            result.TaskId, isCompleted ? "completed" : "failed", result.Output, result.Error ?? DefaultError(result.Outcome));

        // A task ends once, however often that is said.
        var options = new PublishOptions { TenantId = TeamScope.Of(context), EventId = result.TaskId };
        await webhooks.PublishAsync(isCompleted ? TaskEvents.Completed : TaskEvents.Failed, task, options, ct);
        return Results.Accepted();
    }

    private static string DefaultError(TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Completed => "",
        TaskOutcome.TimedOut => "timeout",
        TaskOutcome.AgentDisconnected => "agent disconnected",
        _ => "failed",
    };
}
