using System.Diagnostics;
using System.Reflection;
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

    public async Task InitializeAsync()
    {
        foreach (var project in Projects)
        {
            await PackAsync(project);
        }
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

    private async Task PackAsync(string project)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "pack", project, "--no-build", "-nodeReuse:false", "-c", Configuration, "-o", _folder.FullName },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var pack = Process.Start(start)!;
        var output = await pack.StandardOutput.ReadToEndAsync();
        await pack.WaitForExitAsync();
        pack.ExitCode.Should().Be(0, "dotnet pack said: {0}", output);
    }
}
