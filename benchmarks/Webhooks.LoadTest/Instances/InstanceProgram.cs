using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Instances;

/// <summary>
/// One of several instances, in a process of its own: this executable, started with a verb that the usage does not list. It
/// obeys lines of its input and ends with it.
/// </summary>
internal static class InstanceProgram
{
    public const string Verb = "instance";
    public const string StopCommand = "stop";
    public const string CompiledCommand = "compiled";

    /// <summary>Starts the publishing, and the host before if there is none; so many deliveries of all instances are on their way at most.</summary>
    public const string StartCommand = "start ";

    /// <summary>Ends the publishing and writes what was published to a file.</summary>
    public const string EndCommand = "end ";

    public static async Task<int> RunAsync(string settings)
    {
        var instance = InstanceSettings.Parse(settings);
        SendingHost? host = null;
        SharedLoad? load = null;
        var attempts = 0L;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var answer = 0L;
            if (line.StartsWith(StartCommand, StringComparison.Ordinal))
            {
                host ??= await StartHostAsync(instance);
                load = new SharedLoad(
                    host, instance, int.Parse(line.AsSpan(StartCommand.Length), CultureInfo.InvariantCulture));
                load.Start();
            }
            else if (line.StartsWith(EndCommand, StringComparison.Ordinal))
            {
                SentFile.Write(line[EndCommand.Length..], await load!.EndAsync());
            }
            else if (line == CompiledCommand)
            {
                answer = RunIn.CompiledMethods;
            }
            else
            {
                load?.Dispose();
                load = null;
                (answer, attempts) = ((host?.AttemptCount ?? 0) - attempts, host?.AttemptCount ?? 0);
            }

            Console.WriteLine(answer.ToString(CultureInfo.InvariantCulture));
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }

        return 0;
    }

    private static async Task<SendingHost> StartHostAsync(InstanceSettings instance)
    {
        var host = await SendingHost.StartAsync(
            webhooks => webhooks.UsePostgreSql(instance.ConnectionString),
            options => options.Dispatcher.MaxConcurrency = instance.Concurrency);
        host.UseTenants(fanOut: 1);
        return host;
    }
}
