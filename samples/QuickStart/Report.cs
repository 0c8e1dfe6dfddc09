using Webhooks.Endpoints;
using Webhooks.Storage;

namespace QuickStart;

/// <summary>Reads at the end what became of everything, and checks that it adds up.</summary>
internal sealed class Report(
    OrderSimulator simulator, EndpointSetup setup, ReceiverServer server, IWebhookEndpoints endpoints, DeliveryLog log)
{
    /// <summary>Prints the tables.</summary>
    /// <returns>Whether the sums are right.</returns>
    public async Task<bool> PrintAsync()
    {
        var messages = 0;
        foreach (var tenant in Shops.Tenants)
        {
            messages += await log.CountMessagesAsync(tenant, CancellationToken.None);
        }

        var rows = new List<EndpointRow>();
        foreach (var receiver in server.Receivers)
        {
            rows.Add(await ReadAsync(receiver));
        }

        PrintTotals(messages, rows);
        PrintEndpoints(rows);
        return PrintSums(messages, rows);
    }

    private async Task<EndpointRow> ReadAsync(Receiver receiver)
    {
        var query = new DeliveryQuery { TenantId = receiver.Tenant, EndpointId = receiver.EndpointId };
        var deliveries = await log.ListAsync(query, CancellationToken.None).ToListAsync();
        var endpoint = await endpoints.GetAsync(receiver.EndpointId, receiver.Tenant);
        return new EndpointRow(receiver, endpoint!, deliveries);
    }

    private void PrintTotals(int messages, List<EndpointRow> rows)
    {
        var earlier = simulator.AlreadyPublished == 0 ? "" : $", {simulator.AlreadyPublished:N0} of them by an earlier run";
        Console.WriteLine($"""

            published   {messages,6:N0}  events of {Shops.Tenants.Count} shops{earlier}
            delivered   {rows.Sum(row => row.Succeeded),6:N0}  of {rows.Sum(row => row.Created):N0} deliveries: an event goes to each endpoint that subscribes to it
            retried     {rows.Sum(row => row.Retries),6:N0}  attempts after one that failed
            verified    {rows.Sum(row => row.Receiver.Verified),6:N0}  requests had the right signature, {rows.Sum(row => row.Receiver.Refused):N0} had not
            duplicates  {rows.Sum(row => row.Receiver.Duplicates),6:N0}  requests came for a message that was accepted before
            failed      {rows.Sum(row => row.Failed),6:N0}  deliveries were given up
            """);
    }

    private static void PrintEndpoints(List<EndpointRow> rows)
    {
        Console.WriteLine();
        Console.WriteLine(
            $"{"endpoint",-18}{"receiver",-22}{"created",8}{"succeeded",10}{"failed",8}{"held",6}{"pending",8}{"attempts",9}{"median",9}  status");
        foreach (var row in rows)
        {
            Console.WriteLine(
                $"{row.Name,-18}{row.Behavior,-22}{row.Created,8:N0}{row.Succeeded,10:N0}{row.Failed,8:N0}{row.Held,6:N0}"
                + $"{row.Pending,8:N0}{row.Attempts,9:N0}{row.MedianMilliseconds,6:N0} ms  {row.Status}");
        }
    }

    private bool PrintSums(int messages, List<EndpointRow> rows)
    {
        var created = rows.Sum(row => row.Created);
        var succeeded = rows.Sum(row => row.Succeeded);
        Console.WriteLine();
        return new[]
        {
            Check(
                messages == OrderSimulator.EventCount && simulator.Published + simulator.AlreadyPublished == messages,
                $"every event is in the log, once: {messages:N0}"),
            Check(
                created == simulator.Deliveries && rows.All(row => row.Created == row.Succeeded + row.Failed + row.Held),
                $"every delivery is accounted for: {created:N0} = {succeeded:N0} succeeded + {rows.Sum(row => row.Failed):N0} failed"
                    + $" + {rows.Sum(row => row.Held):N0} held"),
            Check(
                rows.All(row => row.Receiver.Refused == 0), "every signature is right"),
            Check(
                rows.All(setup.IsResumed ? AcceptedIsInLog : AcceptedIsWhatSucceeded),
                $"the receivers have accepted what the log calls succeeded" + (setup.IsResumed ? ", as far as this run can know" : "")),
            Check(
                rows.All(row => row.Receiver.Duplicates <= row.Retries), "nothing came twice but by a retry"),
        }.All(isRight => isRight);
    }

    private static bool AcceptedIsInLog(EndpointRow row) => row.SucceededMessages.IsSupersetOf(row.Receiver.Accepted);

    private static bool AcceptedIsWhatSucceeded(EndpointRow row) => row.SucceededMessages.SetEquals(row.Receiver.Accepted);

    private static bool Check(bool isRight, string what)
    {
        Console.WriteLine($"{(isRight ? "  ok   " : "  WRONG")} {what}");
        return isRight;
    }
}
