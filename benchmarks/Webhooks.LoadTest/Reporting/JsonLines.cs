using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Webhooks.LoadTest.Reporting;

/// <summary>The file of <c>--json</c>: one object a line.</summary>
internal static class JsonLines
{
    private const string EnvironmentScenario = "environment";

    /// <summary>Goals read as they are written: the file is no part of a web page.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Append(string? path, Figure figure) => Append(path, new JsonObject
    {
        ["scenario"] = figure.Scenario,
        ["store"] = figure.Store,
        ["variant"] = figure.Variant,
        ["figure"] = figure.Name,
        // What was measured for too short a time can be a division by zero, which JSON has no number for.
        ["value"] = double.IsFinite(figure.Value) ? Math.Round(figure.Value, 4) : null,
        ["goal"] = figure.Goal?.ToString(),
        ["met"] = figure.IsMet,
        ["unit"] = figure.Unit,
    });

    public static void Append(string? path, RunEnvironment environment) => Append(path, new JsonObject
    {
        ["scenario"] = EnvironmentScenario,
        ["commit"] = environment.Commit,
        ["cores"] = environment.Cores,
        ["runtime"] = environment.Runtime,
        ["system"] = environment.System,
        ["garbage_collector"] = environment.GarbageCollector,
        ["npgsql"] = environment.Npgsql,
        ["sqlite"] = environment.Sqlite,
        ["time"] = environment.Time,
    });

    /// <summary>Reads a file: the newest of each figure, and the newest environment.</summary>
    public static (JsonObject? Environment, IReadOnlyList<JsonObject> Figures) Read(string path)
    {
        JsonObject? environment = null;
        var figures = new List<JsonObject>();
        foreach (var line in File.ReadLines(path))
        {
            var item = JsonNode.Parse(line)!.AsObject();
            if ((string?)item["scenario"] == EnvironmentScenario)
            {
                environment = item;
            }
            else
            {
                figures.RemoveAll(figure => Key(figure) == Key(item));
                figures.Add(item);
            }
        }

        return (environment, figures);
    }

    private static string Key(JsonObject figure) =>
        $"{figure["scenario"]} {figure["store"]} {figure["variant"]} {figure["figure"]}";

    private static void Append(string? path, JsonObject item)
    {
        if (path is not null)
        {
            File.AppendAllText(path, item.ToJsonString(Plain) + "\n");
        }
    }
}
