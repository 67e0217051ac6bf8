using System.Reflection;

namespace Evercam.Tests.Archive;

/// <summary>Stands in front of a real component and says call by call what happens: it goes through, it fails as a dead disk or
/// database would, it waits, or it is answered otherwise.</summary>
public class Interposed : DispatchProxy
{
    private object real = null!;
    private Func<InterposedCall, object?> answer = null!;

    /// <param name="real">The component.</param>
    /// <param name="answer">What each call returns or throws; <see cref="InterposedCall.GoThrough"/> asks the component.</param>
    public static T Around<T>(T real, Func<InterposedCall, object?> answer)
        where T : class
    {
        var proxy = Create<T, Interposed>();
        ((Interposed)(object)proxy).real = real;
        ((Interposed)(object)proxy).answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        answer(new InterposedCall(real, targetMethod!, args ?? []));
}

/// <summary>One call of a component.</summary>
public sealed class InterposedCall(object real, MethodInfo method, object?[] arguments)
{
    public string Method => method.Name;

    /// <summary>The first argument of a type.</summary>
    public T Argument<T>() => arguments.OfType<T>().First();

    public bool Has<T>() => arguments.OfType<T>().Any();

    public object? GoThrough() => method.Invoke(real, BindingFlags.DoNotWrapExceptions, null, arguments, null);

    /// <summary>Goes through when a task ends, as a component does that does not answer for a while.</summary>
    public async Task<T> GoThroughAfterAsync<T>(Task ready)
    {
        await ready;
        return await (Task<T>)GoThrough()!;
    }

    /// <summary>The same, for a call without a result.</summary>
    public async Task GoThroughAfterAsync(Task ready)
    {
        await ready;
        await (Task)GoThrough()!;
    }
}
