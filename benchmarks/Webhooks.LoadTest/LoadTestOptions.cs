using System.Globalization;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Stores;

namespace Webhooks.LoadTest;

/// <summary>What the command line asks for.</summary>
internal sealed record LoadTestOptions
{
    public const string Usage =
        """
        usage: <scenario> [store] [options]        one scenario; without a store, with each that it can have
               all [options]                       every scenario with every store
               table FILE DOCUMENT                 puts the figures of a JSON file into a document

        options: --fan-out N       endpoints that each message goes to (1)
                 --receiver NAME   web: a web server that verifies (default); socket: the least that can verify and answer
                 --json FILE       appends one JSON object a line for every figure
                 --seconds N       how long each phase is (4)
                 --rounds N        how often baseline and measurement take turns (5)
                 --concurrency N   requests at a time; without, the best for the ceiling is looked for
                 --publishers N    publishes at a time (256)
                 --under-way N     deliveries on their way at most (1024)
                 --backlog N       backlog: pending deliveries of the dead endpoint (1,000,000);
                                   noisy: of the limited endpoint (10,000)
                 --history N       finished deliveries that history fills a database with (5,000,000)
                 --duration N      how many seconds soak takes (1800)
                 --explain         shows what the store can tell of its work
        """;

    public required string Scenario { get; init; }

    public IReadOnlyList<string> Stores { get; init; } = [];

    public int FanOut { get; init; } = 1;

    /// <summary>What the receiver is.</summary>
    public string Receiver { get; init; } = ReceiverProgram.Servers[0];

    public string? JsonFile { get; init; }

    public TimeSpan PhaseDuration { get; init; } = TimeSpan.FromSeconds(4);

    public int Rounds { get; init; } = 5;

    public int? Concurrency { get; init; }

    public int Publishers { get; init; } = 256;

    public int UnderWay { get; init; } = 1024;

    /// <summary>How many deliveries wait for an endpoint that does not take them; null for what the scenario says.</summary>
    public int? Backlog { get; init; }

    public int History { get; init; } = 5_000_000;

    /// <summary>How long the soak takes.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(30);

    public bool Explains { get; init; }

    /// <exception cref="FormatException">The message says what is wrong with the command line.</exception>
    public static LoadTestOptions Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            throw new FormatException("There is no scenario.");
        }

        var options = new LoadTestOptions { Scenario = arguments[0] };
        for (var i = 1; i < arguments.Count; i++)
        {
            var name = arguments[i];
            options = name switch
            {
                "--explain" => options with { Explains = true },
                "--backlog" => options with { Backlog = (int)Number() },
                "--history" => options with { History = (int)Number() },
                "--duration" => options with { Duration = TimeSpan.FromSeconds(Number()) },
                "--fan-out" => options with { FanOut = (int)Number() },
                "--json" => options with { JsonFile = Value() },
                "--receiver" => options with { Receiver = Server() },
                "--seconds" => options with { PhaseDuration = TimeSpan.FromSeconds(Number()) },
                "--rounds" => options with { Rounds = (int)Number() },
                "--concurrency" => options with { Concurrency = (int)Number() },
                "--publishers" => options with { Publishers = (int)Number() },
                "--under-way" => options with { UnderWay = (int)Number() },
                _ when StoreUnderTest.Names.Contains(name, StringComparer.Ordinal) => options with { Stores = [.. options.Stores, name] },
                _ => throw new FormatException($"'{name}' is neither a store nor an option."),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");

            string Server() => Value() is var server && ReceiverProgram.Servers.Contains(server, StringComparer.Ordinal)
                ? server
                : throw new FormatException($"{name} is one of {string.Join(", ", ReceiverProgram.Servers)}.");

            double Number() =>
                double.TryParse(Value(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
                    ? number
                    : throw new FormatException($"{name} needs a number above 0.");
        }

        return options;
    }
}
