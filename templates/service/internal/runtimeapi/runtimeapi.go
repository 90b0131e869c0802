// Package runtimeapi numbers what a tree may expect of the runtime that it imports. A change of the runtime that such a tree does not
// compile with replaces the constant by the next one.
package runtimeapi

// V1 is named by every tree that this runtime serves.
const V1 = 1
