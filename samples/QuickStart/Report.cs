using Webhooks.Endpoints;
using Webhooks.Storage;

namespace QuickStart;

/// <summary>Reads at the end what became of everything, and checks that it adds up.</summary>
internal sealed class Report(
    OrderSimulator simulator, EndpointSetup setup, ReceiverServer server, IWebhookEndpoints endpoints, DeliveryLog log)
{
    /// <summary>Prints the tables and the sums.</summary>
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
        var earlier = setup.IsResumed ? $", {simulator.AlreadyPublished:N0} of them by an earlier run" : "";
        var thisRun = setup.IsResumed ? " in this run" : "";
        Console.WriteLine($"""

            published   {messages,6:N0}  events of {Shops.Tenants.Count} shops{earlier}
            delivered   {rows.Sum(row => row.Succeeded),6:N0}  deliveries of {rows.Sum(row => row.Created):N0}: an event makes one for each of its endpoints
            retried     {rows.Sum(row => row.Retries),6:N0}  attempts made after one that failed
            verified    {rows.Sum(row => row.Receiver.Verified),6:N0}  requests with the right signature{thisRun}
            duplicates  {rows.Sum(row => row.Receiver.Duplicates),6:N0}  requests for a message that had been accepted{thisRun}: the answer came too late
            failed      {rows.Sum(row => row.Failed),6:N0}  deliveries given up

            """);
    }

    private static void PrintEndpoints(List<EndpointRow> rows)
    {
        Console.WriteLine(
            $"{"endpoint",-18}{"receiver",-14}{"created",7}{"succeeded",11}{"failed",8}{"held",6}{"pending",9}{"attempts",10}"
            + $"{"median",11}  status");
        foreach (var row in rows)
        {
            Console.WriteLine(
                $"{row.Name,-18}{row.Behavior,-14}{row.Created,7:N0}{row.Succeeded,11:N0}{row.Failed,8:N0}{row.Held,6:N0}"
                + $"{row.Pending,9:N0}{row.Attempts,10:N0}{row.Median.TotalMilliseconds,8:N0} ms  {row.Status}");
        }

        Console.WriteLine();
        Console.WriteLine("median: from the publish to the end of a delivery. Who hangs keeps nobody else waiting.");
        foreach (var row in rows.Where(row => row.DisabledReason is not null))
        {
            Console.WriteLine($"{row.Name} was disabled: {row.DisabledReason} It gets nothing until somebody enables it.");
        }
    }

    private bool PrintSums(int messages, List<EndpointRow> rows)
    {
        var created = rows.Sum(row => row.Created);
        var succeeded = rows.Sum(row => row.Succeeded);
        var failed = rows.Sum(row => row.Failed);
        var held = rows.Sum(row => row.Held);
        var refused = rows.Sum(row => row.Receiver.Refused);

        Console.WriteLine();
        bool[] sums =
        [
            Check(
                messages == OrderSimulator.EventCount && messages == simulator.Published + simulator.AlreadyPublished,
                $"every event is in the log, and once: {messages:N0}"),
            Check(
                created == simulator.Deliveries && rows.All(row => row.Created == row.Succeeded + row.Failed + row.Held),
                $"every delivery is accounted for: {created:N0} = {succeeded:N0} succeeded, {failed:N0} failed, {held:N0} held"),
            Check(
                refused == 0,
                $"every request is signed with its endpoint's secret: {refused:N0} refused"),
            setup.IsResumed
                ? Check(
                    rows.All(row => row.SucceededMessages.IsSupersetOf(row.Receiver.Accepted)),
                    "what the receivers accepted in this run has succeeded by the log")
                : Check(
                    rows.All(row => row.SucceededMessages.SetEquals(row.Receiver.Accepted)),
                    "what the receivers accepted is what has succeeded by the log"),
            Check(
                rows.All(row => row.Receiver.Requests <= row.Attempts && row.Receiver.Duplicates <= row.Retries),
                "every request is an attempt in the log, and nothing came twice but by a retry"),
        ];
        return sums.All(isRight => isRight);
    }

    private static bool Check(bool isRight, string what)
    {
        Console.WriteLine($"{(isRight ? "ok   " : "WRONG")}  {what}");
        return isRight;
    }
}
