using System.Globalization;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Publishing;

namespace Cyberdesk.Runs;

/// <summary>Stands for the product: a run of the organization came to its end, and its post-run checks are through.</summary>
internal static class RunRoutes
{
    public const string RunComplete = "run_complete";

    public static async Task<IResult> FinishAsync(
        FinishedRun run, WebhookTenant organization, IWebhookPublisher webhooks, CancellationToken ct)
    {
        // The message's id is the run's, so that it is found by it; a retried run's has the time behind it. Publishing the same end
        // again stores nothing.
        var messageId = run.Attempt == 1
            ? run.Id
            : string.Create(CultureInfo.InvariantCulture, $"{run.Id}_{run.CompletedAt.ToUnixTimeMilliseconds()}");
        var options = new PublishOptions
        {
            TenantId = organization.Id,
            MessageId = messageId,
            EventId = Guid.NewGuid().ToString("d", CultureInfo.InvariantCulture),
            Timestamp = run.CompletedAt,
        };
        await webhooks.PublishAsync(RunComplete, RunResponse.Of(run), options, ct);
        return Results.Accepted();
    }
}
