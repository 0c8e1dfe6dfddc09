using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Webhooks.Dispatching;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Notifications;

/// <summary>
/// Listens, on one connection, to what other instances commit: wakes the dispatcher when something is due, and makes it forget
/// endpoints that were changed. Connects again after every failure; the dispatcher polls meanwhile.
/// </summary>
internal sealed class NotificationListener(
    PostgreSqlWebhookStore store,
    IWebhookDispatcher dispatcher,
    IOptions<WebhooksOptions> options,
    TimeProvider timeProvider,
    ILogger<NotificationListener> logger) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>A connection that died without a word is found by a question after this time of silence.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Dispatcher.Enabled)
        {
            return;
        }

        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => pause = FirstPause, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                logger.ListeningFailed(exception, pause);
                await Task.Delay(pause, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task ListenAsync(Action connected, CancellationToken cancellationToken)
    {
        var database = store.Database;
        var connection = await database.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var held = new HashSet<EndpointKey>();
            connection.Notification += (_, notification) => Receive(notification, held);
            await database.ExecuteAloneAsync(connection, $"LISTEN \"{database.Channel}\"", cancellationToken).ConfigureAwait(false);

            // What was said before is lost: anything may be due, any endpoint may have changed.
            dispatcher.EndpointChanged(endpoint: null);
            dispatcher.Wake();
            connected();
            while (true)
            {
                if (!await connection.WaitAsync(Silence, cancellationToken).ConfigureAwait(false))
                {
                    await database.ExecuteAloneAsync(connection, "SELECT 1", cancellationToken).ConfigureAwait(false);
                }

                await ResumeAsync(held, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ResumeAsync(HashSet<EndpointKey> held, CancellationToken cancellationToken)
    {
        if (held.Count == 0)
        {
            return;
        }

        foreach (var endpoint in held)
        {
            await store.HeldSweep.ResumeAsync(endpoint, timeProvider.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        }

        held.Clear();
        dispatcher.Wake();
    }

    private void Receive(NpgsqlNotificationEventArgs notification, HashSet<EndpointKey> held)
    {
        if (Notification.ReadHeld(notification.Payload) is { } paused)
        {
            held.Add(paused);
            return;
        }

        if (Notification.ReadErasure(notification.Payload) is var (tenantId, messageId))
        {
            dispatcher.Erased(tenantId, messageId);
            return;
        }

        if (Notification.ReadDueAt(notification.Payload) is { } dueAt)
        {
            dispatcher.WakeAt(dueAt);
            return;
        }

        if (Notification.ReadChange(notification.Payload) is { } endpoint)
        {
            dispatcher.EndpointChanged(endpoint);
        }

        // A changed endpoint may have been enabled: its deliveries are due then.
        dispatcher.Wake();
    }
}
