/** Reads the answers of webhooks as types that kotlinx.serialization knows. */
package bellrope.kotlin

import bellrope.Answer

/**
 * The answer of the first trigger that succeeded, in the order of names, as a type. Members that
 * the type does not have are ignored.
 *
 * @throws IllegalArgumentException if the answer is not JSON, or does not fit the type
 */
public inline fun <reified T> Answer.result(): T = decode(raw())
