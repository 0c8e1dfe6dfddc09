using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Webhooks.TestKit;

namespace Webhooks.Packaging.Tests;

/// <summary>Packs every project of <c>src/</c>, as built for these tests, into a folder of its own.</summary>
public sealed class PackagesFixture : IAsyncLifetime
{
    private static readonly string Configuration =
        typeof(PackagesFixture).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("packages-");

    public static IEnumerable<string> Projects =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    /// <summary>All of them at once: most of what packing one takes is the start of the tools.</summary>
    public async Task InitializeAsync()
    {
        var filter = Path.Combine(_folder.FullName, "src.slnf");
        await File.WriteAllTextAsync(filter, new JsonObject
        {
            ["solution"] = new JsonObject
            {
                ["path"] = Path.Combine(Repository.Root, "Webhooks.Core.sln"),
                ["projects"] = new JsonArray([.. Projects.Select(static project => (JsonNode)Path.GetRelativePath(Repository.Root, project))]),
            },
        }.ToJsonString());
        await PackAsync(filter);
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The path of one package: <c>nupkg</c>, or <c>snupkg</c> for its symbols.</summary>
    public string Find(string package, string extension) =>
        _folder.EnumerateFiles($"{package}.*.{extension}")
            .Single(file => char.IsAsciiDigit(file.Name[package.Length + 1]))
            .FullName;

    private async Task PackAsync(string projects)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "pack", projects, "--no-build", "-nodeReuse:false", "-c", Configuration, "-o", _folder.FullName },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var pack = Process.Start(start)!;
        var output = await pack.StandardOutput.ReadToEndAsync();
        await pack.WaitForExitAsync();
        pack.ExitCode.Should().Be(0, "dotnet pack said: {0}", output);
    }
}
