using System.Reflection;
using System.Text.RegularExpressions;
using Webhooks.PostgreSql;
using Webhooks.TestKit;

namespace Webhooks.Docs.Tests;

/// <summary>What the documents say is what the code does: their code compiles, their links lead somewhere, their tables are whole.</summary>
public sealed partial class DocumentationTests
{
    public static TheoryData<string> Documents() =>
        new(Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "artifacts" or "node_modules")));

    [Theory]
    [MemberData(nameof(Documents))]
    public void Code_in_a_document_is_code_that_compiles(string document)
    {
        var compiled = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Webhooks.Docs.Tests", "Snippets"), "*.cs")
            .Select(File.ReadAllText)
            .Select(Normalize)
            .ToList();

        CodeBlock().Matches(Read(document))
            .SelectMany(block => Normalize(block.Groups["code"].Value).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
            .Select(paragraph => paragraph.Trim('\n'))
            .Where(paragraph => !compiled.Exists(source => source.Contains(paragraph, StringComparison.Ordinal)))
            .Should().BeEmpty("code in documents stands in Snippets too, where it is compiled");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_between_documents_lead_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;

        Link().Matches(Read(document)).Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(folder, target.Split('#')[0])))
            .Should().BeEmpty();
    }

    [Theory]
    [InlineData("configuration.md", typeof(WebhooksOptions))]
    [InlineData("postgresql.md", typeof(PostgreSqlStoreOptions))]
    public void Every_setting_is_documented(string document, Type options)
    {
        var documented = Setting().Matches(Read(Path.Combine("docs", document)))
            .Select(row => row.Groups["name"].Value);

        documented.Should().BeEquivalentTo(Settings(options, prefix: ""));
    }

    private static IEnumerable<string> Settings(Type options, string prefix) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property =>
            property.CanWrite || property.PropertyType.IsGenericType
                ? [prefix + property.Name]
                : Settings(property.PropertyType, $"{prefix}{property.Name}:"));

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    /// <summary>Indentation differs between a document and the method around its code.</summary>
    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim()));

    /// <summary>A block in a list is indented.</summary>
    [GeneratedRegex("^ *```csharp\r?\n(?<code>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("^\\| `(?<name>[A-Za-z:]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Setting();
}
