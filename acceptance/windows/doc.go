// Package windows runs msgen and its tests as Windows programs, under Wine.
package windows
