using System.Reflection;

namespace Evercam.Tests.Archive;

/// <summary>Stands in front of a real component and says call by call what happens: it goes through, it fails as a dead disk or
/// database would, it waits, or it is answered otherwise.</summary>
public class Interposed : DispatchProxy
{
    private object real = null!;
    private Func<InterposedCall, object?> answer = null!;
    private WorkUnderWay work = null!;

    /// <param name="real">The component.</param>
    /// <param name="answer">What each call returns or throws; <see cref="InterposedCall.GoThrough"/> asks the component.</param>
    /// <param name="work">Told what the component does.</param>
    public static T Around<T>(T real, Func<InterposedCall, object?> answer, WorkUnderWay? work = null)
        where T : class
    {
        var proxy = Create<T, Interposed>();
        var interposed = (Interposed)(object)proxy;
        (interposed.real, interposed.answer, interposed.work) = (real, answer, work ?? new());
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        answer(new InterposedCall(real, targetMethod!, args ?? [], work));
}

/// <summary>What real components are doing at the moment. A call that a test holds back is not among it.</summary>
public sealed class WorkUnderWay
{
    private int calls;

    public bool IsNone => Volatile.Read(ref calls) == 0;

    /// <summary>Carries out a call.</summary>
    public object? Do(Func<object?> call)
    {
        Interlocked.Increment(ref calls);
        object? result = null;
        try
        {
            return result = call();
        }
        finally
        {
            _ = EndAsync(result as Task ?? Task.CompletedTask);
        }
    }

    private async Task EndAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref calls);
    }
}

/// <summary>One call of a component.</summary>
public sealed class InterposedCall(object real, MethodInfo method, object?[] arguments, WorkUnderWay work)
{
    public string Method => method.Name;

    /// <summary>The first argument of a type.</summary>
    public T Argument<T>() => arguments.OfType<T>().First();

    public bool Has<T>() => arguments.OfType<T>().Any();

    public object? GoThrough() => work.Do(() => method.Invoke(real, BindingFlags.DoNotWrapExceptions, null, arguments, null));

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
