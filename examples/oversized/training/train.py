"""Learns nothing; uses everything that the image has."""

import ctypes

import numpy

fast = ctypes.CDLL("/usr/local/lib/fast.so")
fast.sum_of_squares.restype = ctypes.c_double
means = numpy.load("/opt/means.npy")
pointer = means.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
print(f"{fast.sum_of_squares(pointer, ctypes.c_long(means.size)):.0f}")
