using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webhooks.TestKit;

namespace Webhooks.Interop.Tests.Catalog;

/// <summary>The validators of <c>validators/validate.js</c>, in Node.js.</summary>
internal static class NodeValidators
{
    private const string Folder = "tests/Webhooks.Interop.Tests/validators";

    /// <summary>What they object to.</summary>
    public static async Task<string[]> ValidateAsync(JsonObject documents)
    {
        using var install = Process.Start(new ProcessStartInfo("bash", ["eng/npm.sh", Folder]) { WorkingDirectory = Repository.Root })!;
        await install.WaitForExitAsync();
        install.ExitCode.Should().Be(0, "eng/npm.sh installs the packages; it says on the console why it did not");

        using var node = Process.Start(new ProcessStartInfo("node", ["validate.js"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, Folder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var output = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(documents.ToJsonString());
        node.StandardInput.Close();
        var problems = JsonSerializer.Deserialize<string[]>(await output)!;
        await node.WaitForExitAsync();
        return problems;
    }
}
