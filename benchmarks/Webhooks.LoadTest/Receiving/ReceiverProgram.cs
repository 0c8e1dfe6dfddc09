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

    public static async Task<int> RunAsync(string counterFile)
    {
        using var counter = new SharedCounter(counterFile);
        using var server = new ReceiverServer(counter);
        Console.WriteLine(server.Port.ToString(CultureInfo.InvariantCulture));
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(SecretCommand, StringComparison.Ordinal))
            {
                server.SetKey(WebhookSecret.Parse(line[SecretCommand.Length..]).Key);
            }
            else if (line.StartsWith(TakeCommand, StringComparison.Ordinal))
            {
                server.Arrivals.MoveTo(line[TakeCommand.Length..]);
            }

            Console.WriteLine(server.BadCount.ToString(CultureInfo.InvariantCulture));
        }

        return 0;
    }
}
