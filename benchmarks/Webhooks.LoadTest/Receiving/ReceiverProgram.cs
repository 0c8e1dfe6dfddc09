using System.Globalization;
using Webhooks.Signing;

namespace Webhooks.LoadTest.Receiving;

/// <summary>
/// The receiver's own process: this executable, started with a verb that the usage does not list. It obeys lines of its input
/// and ends with it, so that it never outlives whoever started it.
/// </summary>
internal static class ReceiverProgram
{
    public const string Verb = "receive";
    public const string SecretCommand = "secret ";
    public const string TakeCommand = "take ";

    /// <summary>The names of the servers, the usual one first.</summary>
    public static readonly IReadOnlyList<string> Servers = ["web", "socket"];

    public static async Task<int> RunAsync(string serverName, string counterFile)
    {
        using var counter = new SharedCounter(counterFile);
        var receiver = new Receiver(counter);
        await using IReceiverServer server = serverName == Servers[0]
            ? await WebServer.StartAsync(receiver)
            : new SocketServer(receiver);
        Console.WriteLine(server.Port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(SecretCommand, StringComparison.Ordinal))
            {
                receiver.SetKey(WebhookSecret.Parse(line[SecretCommand.Length..]).Key);
            }
            else if (line.StartsWith(TakeCommand, StringComparison.Ordinal))
            {
                receiver.Arrivals.MoveTo(line[TakeCommand.Length..]);
            }

            Console.WriteLine(receiver.BadCount.ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }
}
