// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Base} from "../../../fixtures/Base.sol";
import {ITokenSpender} from "../../../../contracts/interfaces/external/ITokenSpender.sol";
import {IEscrow} from "../../../../contracts/interfaces/IEscrow.sol";
import {IStakedRlc} from "../../../../contracts/interfaces/IStakedRlc.sol";

contract StakedRlcApproveAndCall_Unit_Test is Base {
    error Because(uint256 reason);

    address private spender = makeAddr("spender");

    function setUp() public override {
        super.setUp();
        vm.etch(spender, hex"00");
    }

    function message(uint256 amount, bytes memory data) private view returns (bytes memory) {
        return abi.encodeCall(ITokenSpender.receiveApproval, (requester.addr, amount, address(poco), data));
    }

    function expectRefusal(uint256 amount) private {
        vm.expectRevert(abi.encodeWithSelector(IStakedRlc.ApprovalRefused.selector, spender));
        vm.prank(requester.addr);
        poco.approveAndCall(spender, amount, "data");
    }

    function testFuzz_RevertWhen_TheSpenderIsTheZeroAddress(uint256 amount) external {
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InvalidSpender.selector, address(0)));
        vm.prank(requester.addr);
        poco.approveAndCall(address(0), amount, "data");
    }

    function testFuzz_RevertWhen_TheSpenderHasNoCode(uint256 amount) external {
        spender = makeAddr("nobody");
        expectRefusal(amount);
    }

    function testFuzz_RevertWhen_TheSpenderIsAPrecompileThatAnswersNothing(uint256 amount) external {
        // Its address, the word 1, is what the scratch space holds when its answer is looked for there.
        spender = address(1);
        expectRefusal(amount);
    }

    function testFuzz_RevertWhen_TheSpenderAnswersNo(uint256 amount) external {
        vm.mockCall(spender, message(amount, "data"), abi.encode(false));
        expectRefusal(amount);
    }

    function testFuzz_RevertWhen_TheSpenderAnswersNothing(uint256 amount, uint8 length) external {
        bytes memory answer = new bytes(bound(length, 0, 31));
        vm.mockCall(spender, message(amount, "data"), answer);
        expectRefusal(amount);
    }

    function testFuzz_RevertWhen_TheSpenderAnswersAnotherWord(uint256 amount, uint256 answer) external {
        vm.assume(answer != 1);
        vm.mockCall(spender, message(amount, "data"), abi.encode(answer));
        expectRefusal(amount);
    }

    function testFuzz_RevertWhen_TheSpenderFailsWithoutSayingWhy(uint256 amount) external {
        vm.mockCallRevert(spender, message(amount, "data"), "");
        expectRefusal(amount);
    }

    function testFuzz_RevertWhen_TheSpenderFailsAndSaysWhy(uint256 amount) external {
        _assertReasonPassedOn(amount, abi.encodeWithSelector(Because.selector, amount));
    }

    function testFuzz_RevertWhen_TheSpenderFailsAndSaysAsLittleAsCanBe(uint256 amount, bytes1 reason) external {
        _assertReasonPassedOn(amount, abi.encodePacked(reason));
    }

    function _assertReasonPassedOn(uint256 amount, bytes memory reason) private {
        vm.mockCallRevert(spender, message(amount, "data"), reason);

        vm.expectRevert(reason);
        vm.prank(requester.addr);
        poco.approveAndCall(spender, amount, "data");
    }

    function testFuzz_RevertWhen_TheSpenderIsTheHub(uint256 amount) external {
        vm.expectRevert(abi.encodeWithSelector(IEscrow.CallerIsNotTheToken.selector, address(poco), address(rlc)));
        vm.prank(requester.addr);
        poco.approveAndCall(address(poco), amount, "");
    }

    function testFuzz_WhenTheSpenderAccepts(uint256 amount, bytes calldata data) external {
        vm.mockCall(spender, message(amount, data), abi.encode(true));

        // It should emit {Approval}.
        vm.expectEmit(address(poco));
        emit IERC20.Approval(requester.addr, spender, amount);
        // It should tell the spender.
        vm.expectCall(spender, message(amount, data));
        vm.prank(requester.addr);
        assertTrue(poco.approveAndCall(spender, amount, data), "answer");

        // It should be the allowance.
        assertEq(poco.allowance(requester.addr, spender), amount, "allowance");
    }
}
