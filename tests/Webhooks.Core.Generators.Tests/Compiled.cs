using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Webhooks.Core.Generators.Tests;

/// <summary>What the compiler makes of source with the generator.</summary>
/// <param name="Compilation">Source and generated source.</param>
/// <param name="Diagnostics">What the generator says.</param>
/// <param name="Source">What it has written; null for nothing.</param>
internal sealed record Compiled(Compilation Compilation, IReadOnlyList<Diagnostic> Diagnostics, string? Source)
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>What the compiler says of all that is wrong.</summary>
    public IEnumerable<Diagnostic> Errors => Compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);

    public static Compiled From(string source, string assembly = "Shop.Contracts", params MetadataReference[] more)
    {
        var tree = CSharpSyntaxTree.ParseText($"using Webhooks.Catalog;\n{source}", path: "Events.cs");
        var compilation = CSharpCompilation.Create(
            assembly,
            [tree],
            References.Concat(more),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        var driver = CSharpGeneratorDriver.Create(new Webhooks.Generators.EventTypeGenerator())
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var diagnostics);
        return new Compiled(output, diagnostics, driver.GetRunResult().GeneratedTrees.SingleOrDefault()?.ToString());
    }

    /// <summary>The result, for others to reference.</summary>
    public MetadataReference ToReference()
    {
        using var stream = new MemoryStream();
        Compilation.Emit(stream).Success.Should().BeTrue();
        return MetadataReference.CreateFromImage(stream.ToArray());
    }
}
