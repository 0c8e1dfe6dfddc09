using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Webhooks.Generators;

/// <summary>Where something stands in the source, without holding on to the compilation.</summary>
internal sealed record SourceLocation(string FilePath, TextSpan Span, LinePositionSpan Lines)
{
    public static SourceLocation Of(SyntaxNode node) =>
        new(node.SyntaxTree.FilePath, node.Span, node.SyntaxTree.GetLineSpan(node.Span).Span);

    public Location ToLocation() => Location.Create(FilePath, Span, Lines);
}
