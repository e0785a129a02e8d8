// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";

contract VerifySignature_Unit_Test is Base {
    bytes4 private constant MAGIC = 0x1626ba7e;

    /// @dev The order of secp256k1.
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    address private wallet = makeAddr("wallet");

    function setUp() public override {
        super.setUp();
        vm.etch(wallet, hex"00");
    }

    function valid(address identity, bytes32 hash, bytes memory signature) private view returns (bool) {
        return poco.verifySignature(identity, hash, signature);
    }

    function answers(address account, bytes memory answer) private {
        vm.mockCall(account, abi.encodeWithSelector(MAGIC), answer);
    }

    function testFuzz_WhenTheIdentityIsTheZeroAddress(bytes32 hash, bytes calldata signature) external view {
        // It should be invalid.
        assertFalse(valid(address(0), hash, signature), "any");
        assertFalse(valid(address(0), hash, new bytes(65)), "65 zeros");
        assertFalse(valid(address(0), hash, new bytes(64)), "64 zeros");
    }

    function testFuzz_WhenIts65BytesRecoverIt(uint256 key, bytes32 hash) external view {
        key = bound(key, 1, ORDER - 1);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, hash);

        // It should be valid.
        assertTrue(valid(vm.addr(key), hash, abi.encodePacked(r, s, v)));
    }

    function testFuzz_WhenIts64BytesRecoverIt(uint256 key, bytes32 hash) external view {
        key = bound(key, 1, ORDER - 1);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, hash);

        // It should be valid.
        assertTrue(valid(vm.addr(key), hash, abi.encodePacked(r, vs)));
    }

    function testFuzz_WhenAnotherKeySigned(bytes32 hash) external view {
        (bytes32 r, bytes32 vs) = vm.signCompact(anyone.key, hash);

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, _sign(anyone, hash)), "65");
        assertFalse(valid(requester.addr, hash, abi.encodePacked(r, vs)), "64");
    }

    function testFuzz_WhenAnotherHashWasSigned(bytes32 hash, bytes32 other) external view {
        vm.assume(hash != other);

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, _sign(requester, other)));
    }

    function testFuzz_WhenTheSOf65BytesIsHigh(bytes32 hash) external view {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(requester.key, hash);
        bytes32 high = bytes32(ORDER - uint256(s));

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, abi.encodePacked(r, high, v == 27 ? uint8(28) : uint8(27))));
    }

    function testFuzz_WhenTheVIsNeither27Nor28(bytes32 hash, uint8 wrong) external view {
        vm.assume(wrong != 27 && wrong != 28);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(requester.key, hash);

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, abi.encodePacked(r, s, wrong)), "any");
        assertFalse(valid(requester.addr, hash, abi.encodePacked(r, s, v - 27)), "0 or 1");
    }

    function testFuzz_WhenItHasAnotherLength(bytes32 hash, uint8 length) external view {
        vm.assume(length != 65 && length != 64);
        bytes memory signature = new bytes(length);
        bytes memory whole = _sign(requester, hash);
        for (uint256 i; i < length && i < 65; ++i) {
            signature[i] = whole[i];
        }

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, signature));
    }

    function testFuzz_WhenItAnswersTheMagicValue(bytes32 hash, bytes calldata signature) external {
        bytes memory question = abi.encodeWithSelector(MAGIC, hash, signature);
        vm.mockCall(wallet, question, abi.encode(MAGIC));

        // It should be valid.
        assertTrue(valid(wallet, hash, signature));
    }

    function testFuzz_WhenItAnswersAnotherWord(bytes32 hash, bytes32 word) external {
        vm.assume(word != bytes32(MAGIC));
        answers(wallet, abi.encode(word));

        // It should be invalid.
        assertFalse(valid(wallet, hash, ""));
    }

    function testFuzz_WhenItAnswersTheMagicValueWithDirtyBitsBelow(bytes32 hash, uint224 dirt) external {
        vm.assume(dirt != 0);
        answers(wallet, abi.encode(bytes32(MAGIC) | bytes32(uint256(dirt))));

        // It should be invalid.
        assertFalse(valid(wallet, hash, ""));
    }

    function testFuzz_WhenItAnswersLessThanAWord(bytes32 hash, uint256 length) external {
        bytes memory answer = new bytes(bound(length, 0, 31));
        for (uint256 i; i < answer.length && i < 4; ++i) {
            answer[i] = MAGIC[i];
        }
        answers(wallet, answer);

        // It should be invalid.
        assertFalse(valid(wallet, hash, ""));
    }

    function testFuzz_WhenItFails(bytes32 hash, bytes calldata reason) external {
        vm.mockCallRevert(wallet, abi.encodeWithSelector(MAGIC), reason);

        // It should be invalid.
        assertFalse(valid(wallet, hash, ""));
    }

    function testFuzz_WhenItWrites(bytes32 hash) external {
        // sstore(0, 1), then the magic value: mstore(0, MAGIC << 224); return(0, 32).
        vm.etch(wallet, hex"60015f55631626ba7e60e01b5f5260205ff3");

        // It should be invalid.
        assertFalse(valid(wallet, hash, ""));
    }

    function testFuzz_WhenAKeyOfItsAddressSigned(bytes32 hash) external {
        vm.etch(requester.addr, hex"00");

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, _sign(requester, hash)));
    }

    function testFuzz_WhenItsKeySigned(bytes32 hash, uint8 behavior) external {
        delegate(behavior);

        // It should be valid whatever its delegate does.
        assertTrue(valid(requester.addr, hash, _sign(requester, hash)));
    }

    function testFuzz_WhenItsKeySignedIn64Bytes(bytes32 hash, uint8 behavior) external {
        delegate(behavior);
        (bytes32 r, bytes32 vs) = vm.signCompact(requester.key, hash);

        // It should be valid as well.
        assertTrue(valid(requester.addr, hash, abi.encodePacked(r, vs)));
    }

    function testFuzz_WhenItsDelegateAnswersTheMagicValue(bytes32 hash, bytes calldata signature) external {
        delegate(0);
        answers(requester.addr, abi.encode(MAGIC));

        // It should be valid without its key.
        assertTrue(valid(requester.addr, hash, signature));
    }

    function testFuzz_WhenNeitherItsKeyNorItsDelegateSigned(bytes32 hash, uint8 behavior) external {
        delegate(behavior);

        // It should be invalid.
        assertFalse(valid(requester.addr, hash, _sign(anyone, hash)));
    }

    /// @dev Delegates the requester's code to a wallet that stops, fails, or is not there.
    function delegate(uint8 behavior) private {
        if (behavior % 3 == 1) vm.etch(wallet, hex"fe");
        if (behavior % 3 == 2) vm.etch(wallet, "");
        vm.etch(requester.addr, abi.encodePacked(hex"ef0100", wallet));
        assertEq(requester.addr.code.length, 23, "delegation");
    }
}
