using System.Reflection;

namespace Evercam.Tests.Archive;

/// <summary>Puts a switch in front of a real component: while it is off, the chosen calls throw as a dead disk or database
/// would. Everything else goes through.</summary>
public class Failing : DispatchProxy
{
    private object real = null!;
    private Func<string, Exception?> fails = null!;

    /// <param name="real">The component.</param>
    /// <param name="fails">By method name, what to throw; <see langword="null"/> to let it through.</param>
    public static T Around<T>(T real, Func<string, Exception?> fails)
        where T : class
    {
        var proxy = Create<T, Failing>();
        ((Failing)(object)proxy).real = real;
        ((Failing)(object)proxy).fails = fails;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        fails(targetMethod!.Name) is { } failure
            ? throw failure
            : targetMethod.Invoke(real, BindingFlags.DoNotWrapExceptions, null, args, null);
}
