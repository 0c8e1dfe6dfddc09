using System.Reflection;

namespace Webhooks.PublicApi.Tests;

/// <summary>Names of types as C# spells them, with the question marks of nullable references.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Type type) => Of(type, nullability: null);

    public static string Of(ParameterInfo parameter) => Of(parameter.ParameterType, Nullability.Create(parameter));

    public static string Of(PropertyInfo property) => Of(property.PropertyType, Nullability.Create(property));

    public static string Of(FieldInfo field) => Of(field.FieldType, Nullability.Create(field));

    public static string WithoutArity(Type type) => type.Name.Split('`')[0];

    public static string Arguments(Type[] arguments) =>
        arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Of))}>";

    /// <summary>
    /// Whether a type parameter has the constraint <c>notnull</c>: a 1 among the compiler's annotations of the parameter, else
    /// of what declares it, the nearest first.
    /// </summary>
    public static bool IsNotNull(Type typeParameter)
    {
        if (typeParameter.GenericParameterAttributes is not GenericParameterAttributes.None
            || typeParameter.GetGenericParameterConstraints().Length > 0)
        {
            return false;
        }

        var annotation = Annotation(typeParameter, "NullableAttribute");
        for (MemberInfo? scope = typeParameter.DeclaringMethod ?? (MemberInfo?)typeParameter.DeclaringType;
            annotation is null && scope is not null;
            scope = scope.DeclaringType)
        {
            annotation = Annotation(scope, "NullableContextAttribute");
        }

        return annotation is 1;
    }

    private static byte? Annotation(MemberInfo member, string attribute) =>
        member.CustomAttributes
            .Where(data => data.AttributeType.Name == attribute)
            .Select(data => data.ConstructorArguments[0].Value as byte?)
            .FirstOrDefault();

    private static string Of(Type type, NullabilityInfo? nullability)
    {
        if (type.IsByRef)
        {
            return Of(type.GetElementType()!, nullability);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Of(underlying) + "?";
        }

        // T and T? of an open type parameter look alike to reflection, so neither has a mark.
        var mark = !type.IsValueType && !type.IsGenericParameter && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray)
        {
            return Of(type.GetElementType()!, nullability?.ElementType) + "[]" + mark;
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (!type.IsGenericType)
        {
            return type.Name + mark;
        }

        var arguments = type.GetGenericArguments().Select((argument, i) => Of(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        return $"{WithoutArity(type)}<{string.Join(", ", arguments)}>{mark}";
    }
}
